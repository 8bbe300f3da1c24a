import Synchronization
import Testing

/// The statements that a host has run, for scenarios that say how many a request may need.
final class StatementRecord: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ sql: String) { texts.withLock { $0.append(sql) } }

    /// The statements that run during a body, but for those by which hosts ask what other hosts have changed and what there is
    /// to do.
    func during(_ body: () async throws -> Void) async rethrows -> [String] {
        try await everything(body).filter { text in
            ![
                "revoked_at >=", "updated_at >=", "hearth_job", "hearth_schedule", "reminder_time BETWEEN", "due_time BETWEEN",
                // What the game does each night, each quarter of an hour and every five seconds.
                "LEFT JOIN rpg_ledger", "AS nodes", "SKIP LOCKED", "AS oldest", "INSERT INTO rpg_rank_counts",
                "DELETE FROM rpg_rank_moves",
            ].contains { text.contains($0) }
        }
    }

    /// All statements that run during a body.
    func everything(_ body: () async throws -> Void) async rethrows -> [String] {
        let start = texts.withLock { $0.count }
        try await body()
        return texts.withLock { Array($0[start...]) }
    }
}

extension TestHost {
    /// How many statements each of some paths needs to be read: the least of several times, since now and then the host forgets who a
    /// token belongs to, and asks.
    func statements(
        reading paths: [String], below prefix: String, by client: TestClient
    ) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for path in paths {
            for _ in 0..<5 {
                let ran = try await statements.during {
                    let status = try await client.get(prefix + path).status
                    #expect(status == 200, "\(path)")
                }
                counts[path] = min(counts[path] ?? .max, ran.count)
            }
        }
        return counts
    }
}
