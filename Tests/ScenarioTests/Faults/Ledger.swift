import NIOHTTP1
import Synchronization
import TestServers
import Testing

/// What clients were told about each of their writes, to be compared with what is stored.
final class Ledger: Sendable {
    /// What a client knows about a write.
    enum Word: Sendable {
        /// It was answered with 201.
        case acknowledged
        /// It was answered with an error that says that nothing happened.
        case refused
        /// The answer was lost, or says that nobody knows.
        case unknown
    }

    private struct State {
        var habits: [String: Word] = [:]
        var completions: [String: Word] = [:]
        var lastAcknowledged: ContinuousClock.Instant?
        var oddities: [String] = []
    }

    private let state = Mutex(State())

    /// What an answer says about its write; nil stands for one that did not come.
    ///
    /// A refusal is 503 with `Retry-After`, or 429: the host has done nothing. 504 means that nobody knows.
    static func word(_ answer: TestClient.Answer?) -> Word {
        switch answer?.status {
        case 201: .acknowledged
        case 503 where answer?.headers["Retry-After"].isEmpty == false: .refused
        case 429: .refused
        default: .unknown
        }
    }

    /// Notes what a client was told about a habit of this title.
    func note(habit title: String, _ answer: TestClient.Answer?) { note(\.habits, title, answer) }

    /// Notes what a client was told about the completion of the habit of this title.
    func note(completion title: String, _ answer: TestClient.Answer?) { note(\.completions, title, answer) }

    private func note(
        _ list: any WritableKeyPath<State, [String: Word]> & Sendable, _ title: String, _ answer: TestClient.Answer?
    ) {
        let word = Self.word(answer)
        state.withLock { state in
            state[keyPath: list][title] = word
            if word == .acknowledged { state.lastAcknowledged = .now }
            if let answer, ![201, 429, 503, 504].contains(answer.status) {
                state.oddities.append("\(title): \(answer.status) \(answer.body)")
            }
        }
    }

    /// Answers that nobody should get.
    var oddities: [String] { state.withLock { $0.oddities } }

    /// When a write was acknowledged last.
    var lastAcknowledged: ContinuousClock.Instant? { state.withLock { $0.lastAcknowledged } }

    /// How many writes there were of a kind.
    func count(_ word: Word) -> Int {
        state.withLock { state in
            state.habits.values.count { $0 == word } + state.completions.values.count { $0 == word }
        }
    }

    /// Compares with the database: what was acknowledged is there once, what was refused is not, the rest at most once.
    func check(_ database: PostgresConsole) async throws {
        let rows = try await database.run(
            """
            SELECT title, count(DISTINCT h.id), count(c.id), min(h.total_completions)
            FROM habits h LEFT JOIN habits_completions c ON c.habit_id = h.id GROUP BY title
            """)
        var habits: [String: Int] = [:]
        var completions: [String: Int] = [:]
        for row in rows {
            habits[row[0]] = Int(row[1])
            completions[row[0]] = Int(row[2])
            // A completion and its counters are one transaction.
            #expect(row[2] == row[3], "the counter of \(row[0]) differs from its completions")
        }
        let said = state.withLock { ($0.habits, $0.completions) }
        for (kind, words, stored) in [("habit", said.0, habits), ("completion", said.1, completions)] {
            var wrong: [String] = []
            for (title, word) in words {
                let count = stored[title] ?? 0
                let isRight =
                    switch word {
                    case .acknowledged: count == 1
                    case .refused: count == 0
                    case .unknown: count <= 1
                    }
                if !isRight { wrong.append("\(kind) \(title), \(word): \(count) times") }
            }
            #expect(wrong.isEmpty)
            let unasked = stored.filter { $0.value > 0 && words[$0.key] == nil }.keys
            #expect(unasked.isEmpty, "stored without having been asked for: \(kind)s \(unasked)")
        }
    }
}
