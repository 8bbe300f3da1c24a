import HearthHost
import HearthJSON
import Testing

/// Badges for what a completion itself tells: its category, its time, the freeze that it spends.
struct CompletionBadgeTests {
    @Test func `fifty completions in health earn the badge of health, and what is undone is not among them`() async throws {
        try await game { host, ada in
            let early = try await ada.badges(completing: 48, of: "health")
            let habit = try await ada.habit(["category": "Health"])
            let answer = try await ada.complete(habit)
            let badges = answer.json["result"]?["badges_earned"]?.elements.compactMap(\.string) ?? []
            #expect(!(early + badges).contains("health_master"))
            // Taken off from the category in which it was made.
            #expect(try await ada.put("/api/habits/\(habit)", ["category": "fitness"]).status == 200)
            #expect(try await ada.delete("/api/completions/\(answer.json["id"]?.string ?? "")").status == 204)
            #expect(try await !ada.badges(completing: 1, of: "health").contains("health_master"))
            // Others count for others.
            let bob = try await TestClient(host).registered("bob")
            #expect(try await !bob.badges(completing: 1, of: "health").contains("health_master"))
            #expect(try await !ada.badges(completing: 1, of: "learning").contains("health_master"))
            // One day entered afterwards counts as done, and another completion brings nothing more.
            let late: JSONValue = [
                "habit_id": .string(try await ada.habit(["category": "health"])), "completed_date": "2026-11-19",
            ]
            #expect(try await ada.post("/api/completions/backfill", late).status == 201)
            #expect(try await ada.badges().contains("health_master"))
            #expect(try await !ada.badges(completing: 1, of: "health").contains("health_master"))
            #expect(try await ada.experience(of: "health_master") == [100])
        }
    }

    @Test func `five categories and ten earn the badges of variety`() async throws {
        try await game { _, ada in
            var earned: [[String]] = []
            for category in ["a", "b", "b", "B", "c", "d", "e", "f", "g", "h", "i", "j"] {
                earned.append(try await ada.badges(completing: 1, of: category))
            }
            let (five, ten) = (earned.firstIndex { $0.contains("polyvalent") }, earned.firstIndex { $0.contains("all_rounder") })
            #expect(five == 6 && ten == 11)
        }
    }

    @Test func `a Friday before six, and a morning habit after eleven`() async throws {
        try await game { host, ada in
            // Friday in London, 18:00 where he is, then 17:00 on a Thursday.
            try await ada.move(to: "Asia/Dhaka")
            #expect(try await ada.badges(completing: 1, of: "evening") == ["first_habit"])
            host.clock.advance(days: 6)
            host.clock.advance(by: .seconds(-3600))
            #expect(try await !ada.badges(completing: 1, of: "evening").contains("vendredi_libre"))
            host.clock.advance(days: 1)
            #expect(try await ada.badges(completing: 1, of: "noon").contains("vendredi_libre"))
            // 10:59 and 11:00.
            host.clock.advance(by: .seconds(17 * 3600 + 3540))
            #expect(try await !ada.badges(completing: 1, of: "morning").contains("snooze_master"))
            host.clock.advance(by: .seconds(60))
            #expect(try await !ada.badges(completing: 1, of: "noon").contains("snooze_master"))
            #expect(try await ada.badges(completing: 1, of: "morning").contains("snooze_master"))
        }
    }

    @Test func `five completions in two minutes, of which none was undone`() async throws {
        try await game { host, ada in
            var last = ""
            for _ in 0..<4 {
                last = try #require(try await ada.complete(try await ada.habit()).json["id"]?.string)
                host.clock.advance(by: .seconds(30))
            }
            #expect(try await ada.delete("/api/completions/\(last)").status == 204)
            // With the one that was undone these would be five.
            #expect(try await !ada.badges(completing: 1, of: "general").contains("clickeur_fou"))
            // The first one was made 121 seconds ago.
            host.clock.advance(by: .seconds(1))
            #expect(try await !ada.badges(completing: 1, of: "general").contains("clickeur_fou"))
            // The second one was made 120 seconds ago.
            host.clock.advance(by: .seconds(29))
            #expect(try await ada.badges(completing: 1, of: "general").contains("clickeur_fou"))
            #expect(try await ada.experience(of: "clickeur_fou") == [25])
        }
    }

    @Test func `fourteen days begun in the same quarter of an hour`() async throws {
        try await game { host, ada in
            let (habit, second) = (try await ada.habit(), try await ada.habit())
            let start = host.clock.now
            func badges(day: Int, minute: Int) async throws -> [String] {
                host.clock.set(start + Int64(day * 1440 + minute) * 60_000_000)
                return try await ada.badges(completing: habit)
            }
            // The first day is a minute too far from the fifteenth.
            for day in 0..<14 { #expect(try await !badges(day: day, minute: day == 0 ? 0 : day + 3).contains("robot"), "\(day)") }
            // On the last one something else was done before, which is undone again.
            host.clock.set(start + Int64(14 * 1440 - 60) * 60_000_000)
            let early = try #require(try await ada.complete(second).json["id"]?.string)
            #expect(try await !badges(day: 14, minute: 17).contains("robot"))
            #expect(try await ada.delete("/api/completions/\(early)").status == 204)
            #expect(try await ada.badges().contains("robot"))
            #expect(try await ada.experience(of: "robot") == [100])
        }
    }

    @Test func `five days of a month covered by freezes`() async throws {
        try await months { host, ada in
            // The free freeze of each week is spent on its Wednesday, from 2 December on.
            host.clock.advance(days: 10)
            let habit = try await ada.habit()
            var earned: [Int] = []
            for day in 0..<32 {
                if day % 7 != 2, try await ada.badges(completing: habit).contains("freezer_addict") { earned.append(day) }
                host.clock.advance(days: 1)
            }
            // 31 December: the Wednesdays before were the 2nd, 9th, 16th, 23rd and 30th.
            #expect(earned == [31])
        }
    }
}
