import Foundation
import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// Runs a scenario of months with habits and the game, for which tokens last a year.
func months(_ scenario: (TestHost, TestClient) async throws -> Void) async throws {
    try await product(plugins: ["habits": "", "rpg": ""], environment: ["ACCESS_TOKEN_MINUTES": "525600"]) { host, client in
        try await scenario(host, try await client.registered("ada"))
    }
}

extension TestClient {
    /// Has experience awarded for a task, by the plugin `service-caller`.
    func award(_ xp: Int, to user: String) async throws -> Answer {
        try await send(
            .POST, "/api/service-caller?service=progression/1&method=award",
            json: [
                "user_id": .string(user), "base_xp": .integer(Int64(xp)), "local_date": "2026-11-20",
                "source": ["kind": "task", "id": .string(UUID().uuidString.lowercased())],
                "occurred_at": "2026-11-20T12:00:00.000000Z",
            ])
    }

    /// Looks at one's badges.
    ///
    /// - Returns: The codes of those that one has.
    func badges() async throws -> Set<String> {
        let answer = try await get("/api/badges/unlocked")
        #expect(answer.status == 200, "\(answer.body)")
        return Set(answer.json.each("badge").compactMap { $0?["code"]?.string })
    }

    /// Completes a habit, which has to succeed.
    ///
    /// - Returns: The codes of the badges that came with it.
    func badges(completing habit: String) async throws -> [String] {
        let answer = try await complete(habit)
        #expect(answer.status == 201, "\(answer.body)")
        return answer.json["result"]?["badges_earned"]?.elements.compactMap(\.string) ?? []
    }

    /// Makes habits of a category and completes them.
    ///
    /// - Returns: The codes of the badges that came with them.
    func badges(completing count: Int, of category: String) async throws -> [String] {
        var earned: [String] = []
        for _ in 0..<count { earned += try await badges(completing: try await habit(["category": .string(category)])) }
        return earned
    }

    /// What a badge has brought.
    func experience(of badge: String) async throws -> [Int] {
        let unlocked = try await get("/api/badges/unlocked").json.each("badge").compactMap { $0 }
        let id = unlocked.first { $0["code"]?.string == badge }?["id"]
        return try await get("/api/characters/me/ledger?limit=100").json.elements
            .filter { $0["source_kind"] == "badge" && $0["source_id"] == id && $0["currency"] == "xp" }
            .compactMap { $0["amount"]?.int }
    }
}

extension ManualClock {
    /// To the same hour of another day.
    func advance(days: Int) { advance(by: .seconds(86_400 * days)) }
}
