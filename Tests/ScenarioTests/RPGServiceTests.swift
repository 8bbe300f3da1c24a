import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// `progression/1` as other plugins call it.
struct RPGServiceTests {
    private func play(_ scenario: (TestHost, TestClient, String) async throws -> Void) async throws {
        try await product(plugins: ["rpg": "", "service-caller": ""]) { host, client in
            let ada = try await client.registered("ada")
            let id = try #require(try await ada.get("/api/auth/me").json["id"]?.string)
            try await scenario(host, ada, id)
        }
    }

    private func activity(_ number: Int, of user: String, kind: String = "habit_completion", xp: Int = 20) -> JSONObject {
        [
            "user_id": .string(user), "base_xp": .integer(Int64(xp)), "local_date": "2026-11-20",
            "source": [
                "kind": .string(kind),
                "id": .string("019a0f5e-6a00-7000-8000-\(String(repeating: "0", count: 9))\(100 + number)"),
            ],
            "occurred_at": "2026-11-20T12:00:00.000000Z",
        ]
    }

    @Test func `a preview is what an award then brings, and changes nothing`() async throws {
        try await play { _, ada, id in
            let preview = try await ada.ask("preview", activity(1, of: id))
            #expect(preview.json["xp"] == 20 && preview.json["badges"] == ["first_habit", "vendredi_libre"])
            #expect(try await ada.standing() == [1, 0, 0, 0, 0])
            let award = try await ada.ask("award", activity(1, of: id))
            #expect(award.json == preview.json)
            #expect(try await ada.ask("preview", activity(1, of: id)).json == award.json)
            let next = try await ada.ask("preview", activity(2, of: id))
            #expect(next.json["badges"] == [])
            let revoked = try await ada.ask("revoke", activity(1, of: id))
            #expect(revoked.json["xp"] == 20 && revoked.json["badges"] == [])
            #expect(try await ada.standing() == [1, 35, 0, 0, 0])
            // A badge that is there already is not announced again.
            #expect(try await ada.ask("preview", activity(1, of: id)).json["badges"] == [])
        }
    }

    @Test func `of sixty-four awards of one source at once one counts, and all answer the same`() async throws {
        try await play { _, ada, id in
            for number in 1...3 {
                let answers = try await together(64) { [self] _ in try await ada.ask("award", activity(number, of: id)) }
                #expect(Set(answers.map(\.body)).count == 1 && answers[0].status == 200, "\(answers[0].body)")
                #expect(try await ada.standing() == [1, 20 * number + 35, 10 * number, 1, 1])
            }
            let answers = try await together(64) { [self] _ in try await ada.ask("revoke", activity(2, of: id)) }
            #expect(answers.count { $0.json["xp"] == 20 } == 1 && answers.count { $0.json["xp"] == 0 } == 63)
            #expect(try await ada.standing() == [1, 75, 20, 1, 1])
        }
    }

    @Test func `a level brings points, coins, an item and a title, which is borne and laid down`() async throws {
        try await play { _, ada, id in
            #expect(try await ada.post("/api/characters/", ["name": "Max", "character_class": "mage"]).status == 201)
            for number in 1...5 {
                #expect(try await ada.ask("award", activity(number, of: id, kind: "task", xp: 1000)).status == 200)
            }
            let me = try await ada.get("/api/characters/me").json
            #expect(me["level"] == 5 && me["unallocated_points"] == 11 && me["titles"] == ["Apprenti Aventurier"])
            // 500 for each task, and 100 for level 5.
            #expect(me["coins"] == 2600)
            #expect(try await ada.get("/api/inventory/").json["total"] == 1)
            let titled = try await ada.put("/api/characters/me", ["title": "Apprenti Aventurier"])
            #expect(titled.json["title"] == "Apprenti Aventurier")
            #expect(try await ada.put("/api/characters/me", ["name": "Mia"]).json["title"] == "Apprenti Aventurier")
            #expect(try await ada.put("/api/characters/me", ["title": .null]).json["title"] == .null)
        }
    }

    @Test func `a vacation that is given up after it was bridged leaves the streak as the days make it`() async throws {
        try await play { host, ada, id in
            #expect(try await ada.ask("award", activity(1, of: id)).status == 200)
            let days: JSONValue = ["start_date": "2026-11-21", "end_date": "2026-11-25"]
            let vacation = try #require(try await ada.post("/api/streak/vacations", days).json["id"]?.string)
            // Somebody who flies west can have done something on a day that is still to come.
            var later = activity(2, of: id)
            later["local_date"] = "2026-11-26"
            #expect(try await ada.ask("award", later).json["streak"]?["current"] == 2)
            #expect(try await ada.delete("/api/streak/vacations/\(vacation)").status == 204)
            #expect(try await ada.standing()[3...] == [1, 1])
        }
    }
}

extension TestClient {
    fileprivate func ask(_ method: String, _ activity: JSONObject) async throws -> Answer {
        try await send(.POST, "/api/service-caller?service=progression/1&method=\(method)", json: .object(activity))
    }
}
