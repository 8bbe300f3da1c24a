import HearthKit
import TestContracts
import Testing

@testable import RPG

/// The published contract of the service and what this provider reads and answers.
struct ServiceContractTests {
    private let contract: ServiceContract

    init() throws { contract = try ServiceContract("progression/1") }

    @Test func `what the contract sends is read`() throws {
        let text = """
            {"user_id": "\(someone)", "source": {"kind": "habit_completion", "id": "\(someone)"}, "base_xp": 10,
             "local_date": "2026-11-20", "occurred_at": "2026-11-20T21:51:38.908149Z", "category": "health"}
            """
        let sent = try JSONValue(parsing: text)
        for method in contract.names { #expect(try contract.problems(with: sent, sentTo: method) == []) }
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
        for method in contract.names { #expect(try contract.problems(with: answered, answeredBy: method) == []) }
        guard case .object(let object) = answered else { throw DecodingFailure(expected: "an object") }
        #expect(object["multiplier"] == .number(1.02))
    }
}
