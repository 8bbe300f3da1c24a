import HearthHost
import HearthJSON
import Testing

/// What users are told is there, once, until they have read it.
@Suite struct InboxTests {
    private static let nobody = "00000000-0000-7000-8000-000000000000"

    @Test func `a notification is told at once, unread, and read once however often`() async throws {
        try await notifications { host, client in
            let ada = try await client.registered("ada")
            let device = try await EventStream.open(ada)
            let id = try #require(try await ada.notify("Level 2", data: ["level": 2]).string)
            let isTold = await eventually { device.titles == ["Level 2"] }
            #expect(isTold)
            let listed = try await ada.inbox()
            #expect(listed["unread"] == 1 && listed["next"] == .null)
            let notification = try #require(listed["notifications"]?[0])
            #expect(notification == device.events.first?.data)
            #expect(notification["id"]?.string == id)
            #expect(notification["kind"] == "level_up")
            #expect(notification["title"] == ["en": "Level 2", "fr": "« Level 2 »"])
            #expect(notification["data"] == ["level": 2])
            #expect(notification["is_read"] == false && notification["read_at"] == .null)
            #expect(try await ada.get("/api/notifications/\(id)").json == notification)

            let answers = try await together(8) { _ in try await ada.post("/api/notifications/\(id)/read") }
            #expect(answers.allSatisfy { $0.status == 200 && $0.json["is_read"] == true })
            let moments = Set(answers.compactMap { $0.json["read_at"]?.string })
            #expect(moments.count == 1)
            #expect(try await ada.unread() == 0)
            // Later it is still read when it was read first.
            host.clock.advance(by: .seconds(60))
            let again = try await ada.post("/api/notifications/\(id)/read")
            #expect(again.json["read_at"]?.string == moments.first)
            let last = try await ada.notify("Level 3")
            let isToldAgain = await eventually { device.titles.count == 2 }
            #expect(isToldAgain && last != .null)
            #expect(device.names == ["notification.created", "notification.read", "notification.created"])
            device.close()
        }
    }

    @Test func `the inbox has pages without gaps, and filters`() async throws {
        try await notifications { _, client in
            let ada = try await client.registered("ada")
            for number in 1...7 { try await ada.notify("N\(number)", kind: number % 2 == 0 ? "even" : "odd") }
            var (titles, query): ([String], String) = ([], "?limit=3")
            while true {
                let page = try await ada.inbox(query)
                titles += page["notifications"]?.elements.compactMap { $0["title"]?["en"]?.string } ?? []
                guard let next = page["next"]?.string else { break }
                query = "?limit=3&before=\(next)"
                try #require(titles.count < 20)
            }
            #expect(titles == (1...7).reversed().map { "N\($0)" })
            #expect(try await ada.inboxTitles("?kind=even") == ["N6", "N4", "N2"])
            let fifth = try #require(try await ada.inbox()["notifications"]?[2]?["id"]?.string)
            #expect(try await ada.post("/api/notifications/\(fifth)/read").status == 200)
            #expect(try await ada.inboxTitles("?unread=true") == ["N7", "N6", "N4", "N3", "N2", "N1"])
            #expect(try await ada.get("/api/notifications?limit=0").status == 422)
            #expect(try await ada.post("/api/notifications/read-all").json == ["read": 6])
            #expect(try await ada.post("/api/notifications/read-all").json == ["read": 0])
            #expect(try await ada.inboxTitles("?unread=true") == [])
            #expect(try await ada.inboxTitles().count == 7)
        }
    }

    @Test func `notifications of others do not exist`() async throws {
        try await notifications { _, client in
            let (ada, eve) = (try await client.registered("ada"), try await client.registered("eve"))
            let id = try #require(try await ada.notify("Secret").string)
            for other in [id, Self.nobody] {
                #expect(try await eve.get("/api/notifications/\(other)").status == 404)
                #expect(try await eve.post("/api/notifications/\(other)/read").status == 404)
                #expect(try await eve.delete("/api/notifications/\(other)").status == 404)
            }
            #expect(try await eve.inboxTitles() == [])
            #expect(try await ada.unread() == 1)
            #expect(try await client.get("/api/notifications").status == 401)
        }
    }

    @Test func `the same key is one notification, also of many senders at once, and also when it was removed`() async throws {
        try await notifications { _, client in
            let (ada, eve) = (try await client.registered("ada"), try await client.registered("eve"))
            let device = try await EventStream.open(ada)
            let ids = try await withThrowingTaskGroup(of: JSONValue.self) { group -> [JSONValue] in
                for _ in 0..<12 { group.addTask { try await ada.notify("Once", key: "once") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let id = try #require(ids.first?.string)
            #expect(ids.allSatisfy { $0.string == id })
            #expect(try await ada.inboxTitles() == ["Once"])
            #expect(try await eve.notify("Once", key: "once").string != id)
            #expect(try await ada.delete("/api/notifications/\(id)").status == 204)
            #expect(try await ada.notify("Once", key: "once").string == id)
            #expect(try await ada.inboxTitles() == [])
            #expect(try await ada.unread() == 0)
            try await ada.notify("Other", key: "other")
            let isTold = await eventually { device.titles.contains("Other") }
            #expect(isTold)
            #expect(device.titles == ["Once", "Other"])
            device.close()
        }
    }

    @Test func `it belongs to the transaction of the sender`() async throws {
        try await notifications { _, client in
            let ada = try await client.registered("ada")
            let device = try await EventStream.open(ada)
            #expect(try await ada.notify("Undone", transaction: "rollback").string != nil)
            #expect(try await ada.inboxTitles() == [])
            #expect(try await ada.notify("Done", transaction: "commit").string != nil)
            #expect(try await ada.inboxTitles() == ["Done"])
            let isTold = await eventually { !device.events.isEmpty }
            #expect(isTold)
            #expect(device.titles == ["Done"])
            device.close()
            // Nobody of that id: the sender is told so.
            let answer = try await ada.call(
                "notifications/1", "send",
                [
                    "user_id": .string(Self.nobody), "kind": "level_up", "title": ["en": "A", "fr": "A"],
                    "body": ["en": "A", "fr": "A"],
                ])
            #expect(answer["output"] == .null && answer["code"] != .null)
        }
    }

    @Test func `what is old is removed, sooner if it was read`() async throws {
        try await notifications { host, client in
            let ada = try await client.registered("ada")
            _ = try await host.administrator("chief", client)
            let read = try #require(try await ada.notify("Read").string)
            try await ada.notify("Unread")
            #expect(try await ada.post("/api/notifications/\(read)/read").status == 200)
            let start = host.clock.now
            func clean(after days: Int64) async throws {
                host.clock.set(start + days * 86_400_000_000)
                var admin = client
                let login = try await client.post("/api/auth/login", ["email": "chief", "password": "SecurePass1"])
                admin.token = login.json["access_token"]?.string
                func completed() async throws -> Set<String> {
                    let jobs = try await admin.get("/api/admin/jobs?kind=notifications.clean_up&state=completed").json["jobs"]
                    return Set(jobs?.elements.compactMap { $0["id"]?.string } ?? [])
                }
                let before = try await completed()
                #expect(try await admin.post("/api/admin/schedules/notifications.clean_up/run").status == 200)
                let isClean = try await eventually { try await !completed().subtracting(before).isEmpty }
                #expect(isClean)
                host.clock.set(start)
            }
            try await clean(after: 29)
            #expect(try await ada.inboxTitles() == ["Unread", "Read"])
            try await clean(after: 31)
            #expect(try await ada.inboxTitles() == ["Unread"])
            try await clean(after: 46)
            #expect(try await ada.inboxTitles() == [])
        }
    }

    @Test func `reading and sending need the same statements with one notification and with fifty`() async throws {
        try await notifications { host, client in
            let ada = try await client.registered("ada")
            func count(_ body: () async throws -> Void) async throws -> Int {
                // Not those by which the host finds out whose token it is, now and then.
                try await host.statements.during(body).count {
                    $0.contains("notifications") && !$0.contains("FROM users WHERE id = $1")
                }
            }
            func counts() async throws -> [Int] {
                var counts: [Int] = []
                for path in ["", "?limit=100", "/unread-count", "/preferences"] {
                    let reading = try await count {
                        let status = try await ada.get("/api/notifications\(path)").status
                        #expect(status == 200)
                    }
                    counts.append(reading)
                }
                let sending = try await count { try await ada.notify("N") }
                return counts + [sending]
            }
            let few = try await counts()
            for number in 0..<50 { try await ada.notify("N\(number)") }
            #expect(try await counts() == few)
            // A batch counts as its statements.
            #expect(few == [2, 2, 1, 2, 4])
        }
    }
}
