import Foundation
import HearthHost
import HearthJSON
import TestServers
import Testing

/// Administrators tell all users something, while everything goes on.
@Suite struct BroadcastTests {
    private static let path = "/api/admin/notifications/broadcast"
    private static let message: JSONObject = [
        "title": ["en": "News", "fr": "Nouvelles"], "body": ["en": "There is more", "fr": "Il y a plus"], "key": "news",
    ]

    /// Waits until all users have been told.
    private static func end(of id: String, _ admin: TestClient) async throws -> JSONValue {
        let isOver = try await eventually { try await admin.get("\(path)/\(id)").json["finished_at"]?.string != nil }
        #expect(isOver)
        return try await admin.get("\(path)/\(id)").json
    }

    @Test func `a broadcast reaches everybody once, as each prefers`() async throws {
        try await notifications { host, client in
            let admin = try await host.administrator("chief", client)
            let users = try await withThrowingTaskGroup(of: TestClient.self) { group -> [TestClient] in
                for number in 0..<30 { group.addTask { try await client.registered("user\(number)") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let (deaf, quiet) = (users[0], users[1])
            try await deaf.prefer(["kinds": [["kind": "broadcast", "inbox": false, "push": false, "mail": false]]])
            try await quiet.prefer(["quiet_hours": ["from": "11:00", "until": "13:00"]])
            let devices = [try await EventStream.open(quiet), try await EventStream.open(users[2])]
            // The same key, however often it is sent.
            let answers = try await together(4) { _ in try await admin.post(Self.path, .object(Self.message)) }
            #expect(answers.allSatisfy { $0.status == 202 })
            let ids = Set(answers.compactMap { $0.json["id"]?.string })
            #expect(ids.count == 1)
            let id = try #require(ids.first)
            let end = try await Self.end(of: id, admin)
            // With the administrator, without whom it does not concern.
            #expect(end["recipients"] == 30)
            #expect(end["title"] == ["en": "News", "fr": "Nouvelles"])
            for user in users.dropFirst() { #expect(try await user.inboxTitles() == ["News"]) }
            #expect(try await deaf.inboxTitles() == [])
            let isTold = await eventually { devices[1].titles == ["News"] }
            #expect(isTold)
            #expect(devices[0].events == [])
            host.clock.advance(by: .seconds(2 * 3600))
            // A job that the clock overtakes while it reckons how long to wait waits that long from then on.
            let isToldLater = await eventually {
                host.clock.advance(by: .seconds(5))
                return devices[0].names == ["notification.held"]
            }
            #expect(isToldLater)
            for device in devices { device.close() }

            #expect(try await users[2].post(Self.path, .object(Self.message)).status == 403)
            #expect(try await users[2].get("\(Self.path)/\(id)").status == 403)
            #expect(try await client.post(Self.path, .object(Self.message)).status == 401)
        }
    }

    @Test func `what is wrong with a broadcast is said`() async throws {
        try await notifications { host, client in
            let admin = try await host.administrator("chief", client)
            #expect(try await admin.post(Self.path, ["title": ["en": "A", "fr": "A"]]).status == 422)
            for (name, value): (String, JSONValue) in [
                ("kind", "No Such"), ("title", ["en": "A"]), ("title", ["en": "", "fr": "A"]), ("key", ""), ("data", [1]),
                ("data", ["a": .string(String(repeating: "x", count: 20_000))]),
            ] {
                var body = Self.message
                body[name] = value
                let answer = try await admin.post(Self.path, .object(body))
                #expect(answer.status == 422, "\(name)")
                // Whoever has found it, the host or the plugin.
                #expect(answer.detail?.hasPrefix("Invalid request: body.\(name)") == true, "\(answer.body)")
            }
            #expect(try await admin.get("\(Self.path)/00000000-0000-7000-8000-000000000000").status == 404)
            #expect(try await admin.get("\(Self.path)/x").status == 422)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `thousands of users are told while requests go on`() async throws {
        // HEARTH_TEST_USERS=10000 is the long variant.
        let users = ProcessInfo.processInfo.environment["HEARTH_TEST_USERS"].flatMap { Int($0) } ?? 1_000
        try await notifications { host, client in
            let admin = try await host.administrator("chief", client)
            let ada = try await client.registered("ada")
            try await host.multiply("ada", by: users)
            let device = try await EventStream.open(ada)
            let path = "\(Self.path)/\(try #require(try await admin.post(Self.path, .object(Self.message)).json["id"]?.string))"
            // How many had been told when a user's reading and writing were answered.
            var (told, isOver): ([Int], Bool) = ([], false)
            while !isOver {
                #expect(try await ada.get("/api/notifications").status == 200)
                #expect(try await ada.put("/api/users/me", ["bio": .string("\(told.count)")]).status == 200)
                let state = try await admin.get(path).json
                told.append(try #require(state["recipients"]?.int))
                isOver = state["finished_at"]?.string != nil
            }
            let wasBetween = told.contains { 0 < $0 && $0 < users }
            #expect(wasBetween, "\(told)")
            #expect(told.last == users + 2)
            let found = try await host.sql("SELECT count(*), count(DISTINCT user_id) FROM notifications")
            #expect(found == [["\(users + 2)", "\(users + 2)"]])
            let isTold = await eventually { device.titles == ["News"] }
            #expect(isTold)
            device.close()
        }
    }
}

extension TestHost {
    /// Makes more users like one, behind the back of the host.
    fileprivate func multiply(_ username: String, by count: Int) async throws {
        let (columns, id, series) =
            switch TestEngine.current {
            case .postgres:
                (
                    "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = 'users' AND column_name",
                    "gen_random_uuid()", "generate_series(1, \(count)) AS n"
                )
            case .sqlite:
                (
                    "SELECT group_concat(name, ', ') FROM pragma_table_info('users') WHERE name", "randomblob(16)",
                    "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < \(count)) SELECT n FROM s)"
                )
            }
        let own = "'id', 'email', 'email_folded', 'username', 'username_folded', 'friend_code'"
        let shared = try await sql("\(columns) NOT IN (\(own))")[0][0]
        try await sql(
            """
            INSERT INTO users (id, email, email_folded, username, username_folded, friend_code, \(shared))
            SELECT \(id), 'u' || n || '@example.com', 'u' || n || '@example.com', 'u' || n, 'u' || n, 'F' || n, \(shared)
            FROM users, \(series) WHERE username = '\(username)'
            """)
    }
}
