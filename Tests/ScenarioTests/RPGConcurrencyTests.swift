import HearthHost
import HearthJSON
import Testing

/// Requests of one user that arrive together: every balance is exact, and nothing is spent twice.
struct RPGConcurrencyTests {
    @Test func `sixty-four completions at once are all paid, and the ledger adds up to the balance`() async throws {
        try await game { host, ada in
            var habits: [String] = []
            for number in 0..<64 { habits.append(try await ada.habit(["title": .string("h\(number)"), "difficulty": "hard"])) }
            let answers = try await together(64) { [habits] in try await ada.complete(habits[$0]) }
            #expect(answers.allSatisfy { $0.status == 201 && $0.json["xp_earned"] == 20 })
            // 1280 points are level 3.
            #expect(try await ada.standing() == [3, 1280, 640, 1, 1])
            #expect(answers.count { $0.json["result"]?["level_up"] == true } == 2)

            let undone = answers.prefix(32).compactMap { $0.json["id"]?.string }
            let deleted = try await together(32) { [undone] in try await ada.delete("/api/completions/\(undone[$0])") }
            #expect(deleted.allSatisfy { $0.status == 204 })
            #expect(try await ada.standing() == [2, 640, 320, 1, 1])

            var sums: [String: Int] = [:]
            for offset in stride(from: 0, to: 300, by: 100) {
                for entry in try await ada.get("/api/characters/me/ledger?limit=100&offset=\(offset)").json.elements {
                    let (currency, amount) = (entry["currency"]?.string ?? "", entry["amount"]?.int ?? 0)
                    if entry["to_account"] == "wallet" { sums[currency, default: 0] += amount }
                    if entry["from_account"] == "wallet" { sums[currency, default: 0] -= amount }
                }
            }
            #expect(sums == ["xp": 640, "coins": 320])
        }
    }

    @Test func `of simultaneous freezes exactly one is granted and paid`() async throws {
        try await game { host, ada in
            for number in 0..<12 {
                let habit = try await ada.habit(["title": .string("h\(number)"), "difficulty": "hard"])
                #expect(try await ada.complete(habit).status == 201)
            }
            for coins in [120, 70] {
                let answers = try await together(16) { _ in try await ada.post("/api/streak/freeze") }
                #expect(answers.count { $0.status == 200 } == 1 && answers.count { $0.status == 400 } == 15)
                #expect(try await ada.standing()[2] == coins)
                host.clock.advance(by: .seconds(86_401))
            }
        }
    }

    @Test func `a completion needs seven statements of the game, however much was done before`() async throws {
        try await game { host, ada in
            let habit = try await ada.habit()
            for _ in 0..<5 {
                let statements = try await host.statements.during {
                    let status = try await ada.complete(habit).status
                    #expect(status == 201)
                }
                // The nightly comparison with the ledger may run meanwhile.
                #expect(statements.count { $0.contains("rpg_") && !$0.contains("JOIN rpg_ledger") } == 7)
                host.clock.advance(by: .seconds(86_400))
            }
        }
    }

    @Test func `without habits and beside habits alone the game starts`() async throws {
        try await product(plugins: ["rpg": ""]) { _, client in
            let ada = try await client.registered("ada")
            #expect(try await ada.get("/api/streak/status").status == 200)
            #expect(try await ada.get("/api/habits/").status == 404)
        }
    }
}
