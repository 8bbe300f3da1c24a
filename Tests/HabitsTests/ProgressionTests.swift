import HearthKit
import TestContracts
import Testing

@testable import Habits

/// The published contract of the service and what Habits sends and reads.
struct ProgressionTests {
    private let contract: ServiceContract

    init() throws {
        contract = try ServiceContract("progression/1")
        #expect(contract.names == ["preview", "award", "revoke"])
    }

    private func problems(with activity: JSONObject) throws -> [String] {
        try contract.names.flatMap { try contract.problems(with: .object(activity), sentTo: $0) }
    }

    @Test func `what Habits sends is what the contract asks for`() throws {
        let habit = try makeHabit(#"{"title": "Run", "category": "health"}"#)
        let completion = Completion(
            id: someone, of: habit,
            on: CompletedDay(date: try day("2026-11-20"), endsAt: try instant("2026-11-21T00:00:00Z")),
            completedAt: try instant("2026-11-20T12:00:00Z"), isBackfilled: false, createdAt: try instant("2026-11-20T12:00:00Z"))
        let sent = try json(completion.activity(of: habit))
        #expect(try problems(with: sent) == [])
        #expect(sent["source"] == ["kind": "habit_completion", "id": .string("\(someone)")])
        #expect(sent["local_date"] == "2026-11-20" && sent["category"] == "health")
    }

    @Test func `what the contract answers is what Habits reads`() throws {
        let reward = try json(Reward(xp: 10, coins: 5, multiplier: 1.02))
        for method in contract.names { #expect(try contract.problems(with: .object(reward), answeredBy: method) == []) }
        var incomplete = reward
        incomplete["level"] = nil
        #expect(try contract.problems(with: .object(incomplete), answeredBy: "award") == ["level: Field required"])
    }

    @Test func `the contract refuses a negative base and a source without kind`() throws {
        var activity = try json(
            Activity(
                userID: someone, source: .init(kind: "habit_completion", id: someone), baseXP: -1,
                localDate: try day("2026-11-20"),
                occurredAt: try instant("2026-11-20T12:00:00Z")))
        #expect(try !problems(with: activity).isEmpty)
        activity["base_xp"] = 1
        #expect(try problems(with: activity) == [])
        activity["source"] = ["kind": "", "id": .string("\(someone)")]
        #expect(try !problems(with: activity).isEmpty)
    }
}
