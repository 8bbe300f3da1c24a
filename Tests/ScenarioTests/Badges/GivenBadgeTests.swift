import HearthHost
import HearthJSON
import Testing

/// Badges that are given when one looks at them, or by administrators, and badges that nobody can earn.
struct GivenBadgeTests {
    @Test func `of a hundred players the first one is among the first percent`() async throws {
        try await product(plugins: ["rpg": "", "service-caller": ""]) { _, client in
            let ada = try await client.person("ada")
            #expect(try await client.award(50, to: ada.id).status == 200)
            for round in 0..<14 {
                let answers = try await together(7) { number in
                    try await client.award(10, to: try await client.person("player\(round)_\(number)").id)
                }
                #expect(answers.allSatisfy { $0.status == 200 })
            }
            // 99 of them.
            #expect(try await ada.client.badges() == [])
            let bob = try await client.person("bob")
            #expect(try await client.award(49, to: bob.id).status == 200)
            #expect(try await ada.client.badges() == ["elu"])
            #expect(try await bob.client.badges() == [])
            #expect(try await ada.client.standing()[1] == 550)
        }
    }

    @Test func `who was there in the first month is told so when it is over`() async throws {
        try await months { host, ada in
            #expect(try await ada.complete(try await ada.habit()).status == 201)
            host.clock.advance(days: 29)
            let bob = try await TestClient(host).registered("bob")
            #expect(try await !ada.badges().contains("founder"))
            host.clock.advance(days: 1)
            let cyd = try await TestClient(host).registered("cyd")
            #expect(try await ada.badges().contains("founder"))
            #expect(try await bob.badges() == ["founder"])
            #expect(try await cyd.badges() == [])
            #expect(try await ada.experience(of: "founder") == [500])
        }
    }

    @Test func `who looks many times at once is given a badge once`() async throws {
        try await game { _, ada in
            for _ in 0..<20 { _ = try await ada.habit() }
            let paths = ["/api/badges/", "/api/badges/unlocked", "/api/badges/collection"]
            let answers = try await together(48) { [paths] in try await ada.get(paths[$0 % 3]) }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(try await ada.experience(of: "maximalist") == [25])
            #expect(try await ada.standing()[1] == 25)
        }
    }

    @Test func `to look at badges needs the same statements with one habit and friend and with many`() async throws {
        try await product(plugins: ["habits": "", "rpg": "", "social": ""]) { host, client in
            let ada = try await client.person("ada")
            func count() async throws -> Int {
                // The least of several: jobs run meanwhile, and the first look may give a badge.
                var least = Int.max
                for _ in 0..<6 {
                    let statements = try await host.statements.during { _ = try await ada.client.badges() }
                    least = min(least, statements.count)
                }
                return least
            }
            func add(_ numbers: Range<Int>) async throws {
                for number in numbers {
                    let habit = try await ada.client.habit()
                    #expect(try await ada.client.complete(habit).status == 201)
                    try await ada.befriend(try await client.person("friend\(number)"))
                }
            }
            try await add(0..<1)
            let few = try await count()
            try await add(1..<12)
            let many = try await count()
            #expect(many == few && few <= 10, "\(few) \(many)")
        }
    }

    @Test func `administrators grant what only people can judge, once`() async throws {
        try await game { host, ada in
            let admin = try await host.administrator("root", TestClient(host))
            let user: JSONValue = ["user_id": .string(try await ada.id())]
            let path = "/api/admin/badges/bug_hunter/grant"
            #expect(try await ada.post(path, user).status == 403)
            let answers = try await together(16) { _ in try await admin.post(path, user) }
            #expect(answers.allSatisfy { $0.status == 200 && $0.json["is_unlocked"] == true })
            #expect(answers.allSatisfy { $0.json["badge"]?["code"] == "bug_hunter" })
            #expect(try await ada.badges() == ["bug_hunter"])
            #expect(try await ada.experience(of: "bug_hunter") == [100])
            #expect(try await ada.standing()[1] == 100)
            let noted = try await admin.get("/api/admin/logs?action=badge.granted").body
            #expect(noted.split(separator: "bug_hunter").count == 2, "\(noted)")
            // Only to him.
            #expect(try await admin.badges() == [])
            let nobody: JSONValue = ["user_id": "00000000-0000-7000-8000-000000000000"]
            #expect(try await admin.post(path, nobody).detail == "User not found")
            #expect(try await admin.post("/api/admin/badges/unheard_of/grant", user).detail == "Badge not found")
        }
    }

    @Test func `what nobody can earn is not promised, and shown to whom it was granted`() async throws {
        try await game { host, ada in
            let admin = try await host.administrator("root", TestClient(host))
            func listed(_ user: TestClient) async throws -> Set<String> {
                Set(try await user.get("/api/badges/?include_secret=true").json.each("badge").compactMap { $0?["code"]?.string })
            }
            let before = try await listed(ada)
            // 115 of the catalogue, less 11 secret ones, and two that are neither secret nor earned by anything.
            #expect(before.count == 102 && !before.contains("birthday") && !before.contains("helpful"))
            #expect(try await ada.get("/api/badges/collection").json["total_badges"] == 102)
            let user: JSONValue = ["user_id": .string(try await ada.id())]
            let granted = try await admin.post("/api/admin/badges/birthday/grant", user).json
            #expect(granted["badge"]?["is_secret"] == false)
            #expect(try await listed(ada) == before.union(["birthday"]))
            let id = try #require(granted["badge"]?["id"]?.string)
            #expect(try await ada.get("/api/badges/\(id)").json["is_unlocked"] == true)
            #expect(try await admin.get("/api/badges/\(id)").detail == "Badge not found")
            #expect(try await listed(admin) == before)
        }
    }
}
