import FoundationEssentials
import HearthKit
import Testing

@testable import RPG

/// The published contract of the service and what this provider reads and answers.
struct ServiceContractTests {
    private let definitions: JSONObject

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/services/progression-1.schema.json")
        guard case .object(let document) = try JSONValue(parsing: String(contentsOf: file, encoding: .utf8)),
            case .object(let definitions)? = document["$defs"]
        else { throw DecodingFailure(expected: "a schema with $defs") }
        self.definitions = definitions
    }

    @Test func `what the contract sends is read`() throws {
        let text = """
            {"user_id": "\(someone)", "source": {"kind": "habit_completion", "id": "\(someone)"}, "base_xp": 10,
             "local_date": "2026-11-20", "occurred_at": "2026-11-20T21:51:38.908149Z", "category": "health"}
            """
        let sent = try JSONValue(parsing: text)
        #expect(try JSONSchema(try #require(definitions["activity"])).validate(sent).isEmpty)
        let activity = try Activity(json: sent)
        let (date, instant) = (try day("2026-11-20"), try instant("2026-11-20T21:51:38.908149Z"))
        #expect(activity.userID == someone && activity.baseXP == 10 && activity.localDate == date)
        #expect(activity.source == .init(kind: "habit_completion", id: someone))
        #expect(activity.occurredAt == instant && activity.category == "health")
    }

    @Test func `what is answered is what the contract says`() throws {
        var reward = Reward()
        reward.multiplierPercent = 102
        let answered = try json(reward)
        #expect(try JSONSchema(try #require(definitions["reward"])).validate(answered).isEmpty)
        guard case .object(let object) = answered else { throw DecodingFailure(expected: "an object") }
        #expect(object["multiplier"] == .number(1.02))
    }
}
