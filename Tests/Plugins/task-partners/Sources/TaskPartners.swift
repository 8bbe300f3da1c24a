public import HearthKit
import Synchronization

/// Plays an evaluator, characters, an inbox and a subscriber, and remembers what each was told.
///
/// The title of a task says what the evaluator does: `hard` is worth 100 XP and everything else 50; `greedy` is worth a million;
/// `fails N` fails as if its provider were in trouble, N times; `broken` always fails; `slow` waits until it is let go.
public struct TaskPartners: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "task-partners"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    private let memory = Memory()

    /// Registers services, subscribers and routes.
    public init(_ setup: Setup) throws {
        let memory = memory
        setup.provide("evaluator/1") {
            ProvidedMethod(ServiceMethod<JSONValue, JSONValue>("evaluator/1", "evaluate")) { _, question in
                try await memory.evaluate(question)
            }
        }
        setup.provide("characters/1") {
            ProvidedMethod(ServiceMethod<JSONValue, JSONValue>("characters/1", "summaries")) { _, question in
                guard case .object(let object) = question, case .array(let users)? = object["user_ids"] else { return [:] }
                return [
                    "characters": .array(
                        users.map {
                            ["user_id": $0, "name": "Ada", "level": 7, "total_xp": 9000, "current_streak": 3, "best_streak": 9]
                        })
                ]
            }
        }
        setup.provide("notifications/1") {
            ProvidedMethod(ServiceMethod<JSONValue, JSONValue>("notifications/1", "send")) { _, notification in
                memory.note("notifications", notification)
                return ["id": .null]
            }
        }
        for name in ["task.completed/1", "task.reopened/1"] {
            let event = Event<JSONValue>(name)
            let word = String(name.dropLast(2).split(separator: ".")[1])
            setup.subscribe(to: event, as: word) { _, event in memory.note(event.isReplayed ? "replayed" : word, event.payload) }
        }
        let routes = setup.routes(tag: "task-partners", access: .everybody)
        routes.route(.get, "/task-partners/seen", "Show what each was told") { _ in memory.all }
        routes.route(.post, "/task-partners/release", "Let what is slow go on", status: 204) { _ -> Nothing in
            memory.hold(false)
            return Nothing()
        }
        routes.route(.post, "/task-partners/hold", "Let what is slow wait again", status: 204) { _ -> Nothing in
            memory.hold(true)
            return Nothing()
        }
    }
}

/// What each was told.
private final class Memory: Sendable {
    private struct State {
        var told: [String: [JSONValue]] = [:]
        var isHeld = true
    }

    private let state = Mutex(State())

    var all: JSONValue {
        let told = state.withLock { $0.told }
        var object = JSONObject()
        for (who, what) in told.sorted(by: { $0.key < $1.key }) { object[who] = .array(what) }
        return .object(object)
    }

    @discardableResult func note(_ who: String, _ what: JSONValue) -> [JSONValue] {
        state.withLock { state in
            state.told[who, default: []].append(what)
            return state.told[who] ?? []
        }
    }

    func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

    func evaluate(_ question: JSONValue) async throws -> JSONValue {
        let title = Self.title(of: question)
        let asked = note("evaluations", question).count { Self.title(of: $0) == title }
        if title.contains("broken") { throw ServiceError("broken", "This evaluator is broken") }
        if title.hasPrefix("fails "), let number = Int(title.dropFirst(6)), asked <= number {
            throw ServiceError("provider_unavailable", "The provider is in trouble", retryable: true)
        }
        while title.contains("slow"), state.withLock({ $0.isHeld }) { try await Task.sleep(for: .milliseconds(5)) }
        let xp = title.contains("greedy") ? 1_000_000 : title.contains("hard") ? 100 : 50
        return [
            "difficulty": title.contains("hard") ? "hard" : "medium", "xp_reward": .integer(Int64(xp)),
            "coins_reward": .integer(Int64(xp / 2)), "reasoning": .string("Because of “\(title)”."),
            "suggested_subtasks": ["Begin", "End"], "estimated_time_minutes": 45, "source": "local", "notice": "no_provider",
            "model": .null,
        ]
    }

    private static func title(of question: JSONValue) -> String {
        guard case .object(let object) = question, case .object(let task)? = object["task"],
            case .string(let title)? = task["title"]
        else { return "" }
        return title
    }
}
