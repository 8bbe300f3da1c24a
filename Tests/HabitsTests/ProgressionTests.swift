import FoundationEssentials
import HearthKit
import Testing

@testable import Habits

/// The published contract of the service and what Habits sends and reads.
struct ProgressionTests {
    private let definitions: JSONObject

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/services/progression-1.schema.json")
        guard case .object(let document) = try JSONValue(parsing: String(contentsOf: file, encoding: .utf8)),
            case .object(let definitions)? = document["$defs"], case .object(let methods)? = document["properties"]
        else { throw DecodingFailure(expected: "a schema with $defs and properties") }
        self.definitions = definitions
        #expect(methods.members.map(\.name) == ["preview", "award", "revoke"])
    }

    private func violations(of name: String, _ value: JSONObject) throws -> [Violation] {
        try JSONSchema(try #require(definitions[name])).validate(.object(value))
    }

    @Test func `what Habits sends is what the contract asks for`() throws {
        let habit = try makeHabit(#"{"title": "Run", "category": "health"}"#)
        let completion = Completion(
            id: someone, of: habit,
            on: CompletedDay(date: try day("2026-11-20"), endsAt: try instant("2026-11-21T00:00:00Z")),
            completedAt: try instant("2026-11-20T12:00:00Z"), isBackfilled: false, createdAt: try instant("2026-11-20T12:00:00Z"))
        let sent = try json(completion.activity(of: habit))
        #expect(try violations(of: "activity", sent).isEmpty)
        #expect(sent["source"] == ["kind": "habit_completion", "id": .string("\(someone)")])
        #expect(sent["local_date"] == "2026-11-20" && sent["category"] == "health")
    }

    @Test func `what the contract answers is what Habits reads`() throws {
        let reward = try json(Reward(xp: 10, coins: 5, multiplier: 1.02))
        #expect(try violations(of: "reward", reward).isEmpty)
        var incomplete = reward
        incomplete["level"] = nil
        #expect(try violations(of: "reward", incomplete).map(\.type) == ["missing"])
    }

    @Test func `the contract refuses a negative base and a source without kind`() throws {
        var activity = try json(
            Activity(
                userID: someone, source: .init(kind: "habit_completion", id: someone), baseXP: -1,
                localDate: try day("2026-11-20"),
                occurredAt: try instant("2026-11-20T12:00:00Z")))
        #expect(try !violations(of: "activity", activity).isEmpty)
        activity["base_xp"] = 1
        #expect(try violations(of: "activity", activity).isEmpty)
        activity["source"] = ["kind": "", "id": .string("\(someone)")]
        #expect(try !violations(of: "activity", activity).isEmpty)
    }
}
