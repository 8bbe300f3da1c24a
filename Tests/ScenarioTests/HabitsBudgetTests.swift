import HearthHost
import HearthJSON
import Testing

/// How many statements a request may need: a number that does not grow with what the user has.
struct HabitsBudgetTests {
    @Test func `reading needs the same statements with one habit and with fifty`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let first = try await ada.habit()
            #expect(try await ada.complete(first).status == 201)
            let paths = [
                "habits/", "habits/?include_archived=true", "habits/today", "habits/\(first)", "habits/\(first)/history",
                "completions/today",
                "completions/history", "completions/summary", "completions/calendar", "auth/me",
            ]
            func counts() async throws -> [String: Int] {
                try await host.statements(reading: paths, below: "/api/", by: ada)
            }
            let few = try await counts()
            for _ in 1..<50 {
                let habit = try await ada.habit()
                #expect(try await ada.complete(habit).status == 201)
            }
            #expect(try await counts() == few)
            #expect(few["habits/"] == 1 && few["habits/today"] == 1 && few["auth/me"] == 1)
            #expect(few.values.allSatisfy { $0 <= 2 })
        }
    }

    @Test func `completing needs three statements: the habit, the completion, its counters`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            for frequency in ["daily", "weekly", "specific_days"] {
                let habit = try await ada.habit(["frequency": .string(frequency)])
                for _ in 0..<3 {
                    let statements = try await host.statements.during {
                        let status = try await ada.complete(habit).status
                        #expect(status == 201)
                    }
                    #expect(statements.count { $0.contains("habits") } == 3)
                    host.clock.advance(by: .seconds(86_400))
                }
            }
        }
    }
}
