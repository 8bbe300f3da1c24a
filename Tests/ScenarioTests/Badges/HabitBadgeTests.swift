import Foundation
import HearthHost
import HearthJSON
import Testing

/// Badges for what habits tell: how many there are, how they are kept, what is deleted.
struct HabitBadgeTests {
    private func delete(_ habit: String, of user: TestClient) async throws {
        #expect(try await user.delete("/api/habits/\(habit)").status == 204)
    }

    /// Waits until the game has been told of something.
    private func eventually(_ host: TestHost, _ condition: () async throws -> Bool) async throws -> Bool {
        try await ScenarioTests.eventually {
            // What could not be told at once is told again, and the host's clock stands still.
            host.clock.advance(by: .seconds(1))
            return try await condition()
        }
    }

    /// Enters what was done elsewhere, on some days in a row.
    private func enter(_ habits: [String], on days: Int, from first: String, for user: TestClient) async throws {
        let start = try instant("\(first)T00:00:00Z")
        var completions: [JSONValue] = []
        for day in 0..<days {
            let noon = Date(timeIntervalSince1970: Double(start / 1_000_000 + Int64(day) * 86_400 + 43_200))
            let date = String(noon.formatted(.iso8601).prefix(10))
            for habit in habits {
                completions.append([
                    "id": .string(UUID().uuidString.lowercased()), "habit_id": .string(habit), "completed_date": .string(date),
                ])
            }
        }
        let answer = try await user.post("/api/habits/import", ["completions": .array(completions)])
        #expect(answer.json["completions"]?["created"]?.int == completions.count, "\(answer.body)")
    }

    /// What is counted with the players.
    private func tallies(on host: TestHost) async throws -> String {
        try await host.sql("SELECT CAST(tally AS text) FROM rpg_players").joined().joined(separator: " ")
    }

    @Test func `deleted habits are counted, and one with a long streak is a secret badge`() async throws {
        try await months { host, ada in
            let (long, short) = (try await ada.habit(), try await ada.habit())
            host.clock.advance(days: 49)
            try await enter([long], on: 49, from: "2026-11-20", for: ada)
            try await enter([short], on: 48, from: "2026-11-21", for: ada)
            for habit in [long, short] { #expect(try await ada.complete(habit).status == 201) }
            // The streak of this one is of 49 days.
            try await delete(short, of: ada)
            let isCounted = try await eventually(host) { try await tallies(on: host).contains("\"deletedStreak\":49") }
            #expect(isCounted)
            #expect(try await !ada.badges().contains("oops"))
            for _ in 0..<2 { try await delete(try await ada.habit(), of: ada) }
            try await delete(long, of: ada)
            let isTold = try await eventually(host) { try await ada.badges().contains("oops") }
            #expect(isTold)
            // That was the fourth one.
            #expect(try await !ada.badges().contains("indecis"))
            let last = try await ada.habit()
            #expect(try await ada.post("/api/habits/\(last)/archive").status == 200)
            try await delete(last, of: ada)
            #expect(try await ada.delete("/api/habits/\(last)").status == 404)
            let areFive = try await eventually(host) { try await ada.badges().contains("indecis") }
            #expect(areFive)
            #expect(try await ada.experience(of: "oops") == [100])
            #expect(try await ada.experience(of: "indecis") == [50])
        }
    }

    @Test func `twenty habits at once, counted when one looks at one's badges`() async throws {
        try await game { _, ada in
            var habits: [String] = []
            for _ in 0..<20 { habits.append(try await ada.habit()) }
            #expect(try await ada.post("/api/habits/\(habits[0])/archive").status == 200)
            #expect(try await ada.badges() == [])
            #expect(try await ada.put("/api/habits/\(habits[0])", ["is_active": true]).status == 200)
            #expect(try await ada.badges() == ["maximalist"])
            #expect(try await ada.standing()[1] == 25)
        }
    }

    @Test func `a single habit that is kept for a week, and no other beside it`() async throws {
        try await game { host, ada in
            let bob = try await TestClient(host).registered("bob")
            let (adas, bobs) = (try await ada.habit(), try await bob.habit())
            let short = try await bob.habit()
            for day in 0..<8 {
                for (user, habit) in [(ada, adas), (bob, bobs)] { #expect(try await user.complete(habit).status == 201) }
                // His other habit was there on the first two days.
                if day == 1 {
                    try await delete(short, of: bob)
                    let isCounted = try await eventually(host) { try await tallies(on: host).contains("lastDeletion") }
                    #expect(isCounted)
                }
                #expect(try await ada.badges().contains("minimalist") == (day >= 6), "\(day)")
                #expect(try await !bob.badges().contains("minimalist"), "\(day)")
                host.clock.advance(days: 1)
            }
            #expect(try await bob.badges().contains("minimalist"))
            #expect(try await ada.experience(of: "minimalist") == [25])
        }
    }

    @Test func `thirty days with nothing left out, and thirty habits with a streak as long`() async throws {
        try await months { host, ada in
            var habits: [String] = []
            for _ in 0..<30 { habits.append(try await ada.habit()) }
            host.clock.advance(days: 29)
            // What was done elsewhere is no completion of the game's, and habits tell of it. One is left out on the first day.
            try await enter(Array(habits.dropLast()), on: 1, from: "2026-11-20", for: ada)
            try await enter(habits, on: 28, from: "2026-11-21", for: ada)
            for habit in habits { #expect(try await ada.complete(habit).status == 201) }
            let before = try await ada.badges()
            #expect(!before.contains("perfectionist") && !before.contains("masochiste"))
            try await enter([habits[29]], on: 1, from: "2026-11-20", for: ada)
            let after = try await ada.badges()
            #expect(after.contains("perfectionist") && after.contains("masochiste"))
            #expect(try await ada.experience(of: "perfectionist") == [150])
            #expect(try await ada.experience(of: "masochiste") == [200])
        }
    }

    @Test func `a resolution of New Year's Day is kept for thirty-one days`() async throws {
        try await months { host, ada in
            // 1 January, 04:00 in Tokyo, while it is still December in London.
            let bob = try await TestClient(host).registered("bob")
            try await ada.move(to: "Asia/Tokyo")
            host.clock.set(try instant("2026-12-31T19:00:00Z"))
            let (adas, bobs) = (try await ada.habit(), try await bob.habit())
            host.clock.advance(days: 29)
            try await enter([adas], on: 29, from: "2027-01-01", for: ada)
            try await enter([bobs], on: 29, from: "2026-12-31", for: bob)
            for _ in 0..<2 {
                #expect(try await !ada.badges().contains("resolution_keeper"))
                for (user, habit) in [(ada, adas), (bob, bobs)] { #expect(try await user.complete(habit).status == 201) }
                host.clock.advance(days: 1)
            }
            #expect(try await ada.badges().contains("resolution_keeper"))
            #expect(try await !bob.badges().contains("resolution_keeper"))
            #expect(try await ada.experience(of: "resolution_keeper") == [100])
        }
    }
}
