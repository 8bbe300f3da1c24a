import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// The audit log: written by plugins, read by administrators. On the engine of the run.
@Suite struct PluginAuditTests {
    private static let base = "/api/kit-features"

    /// Runs a scenario with somebody who does things and somebody who reads of them.
    private static func run(
        _ scenario: @Sendable @escaping (_ host: TestHost, _ doer: TestClient, _ admin: TestClient) async throws -> Void
    ) async throws {
        try await PluginScenario.run(("kit-features", "")) { host, client in
            let doer = try await client.registered("doer")
            let admin = try await host.administrator("chief", client)
            try await scenario(host, doer, admin)
        }
    }

    private static func does(
        _ client: TestClient, _ action: String, _ subject: String = "", ending: String = "none", detailed: Bool = false
    ) async throws -> Int {
        try await client.post(
            "\(base)/audit",
            [
                "action": .string(action), "subject": .string(subject), "ending": .string(ending), "detailed": .boolean(detailed),
            ]
        ).status
    }

    @Test func `an entry says who did what, when and in which request`() async throws {
        try await Self.run { host, doer, admin in
            let before = try await admin.get("/api/admin/logs?plugin=kit-features").json["total"]?.int ?? 0
            let answer = try await doer.send(
                .POST, "\(Self.base)/audit", json: ["action": "habit.deleted", "subject": "habit:7", "detailed": true])
            #expect(answer.status == 200)
            let logs = try await admin.get("/api/admin/logs?plugin=kit-features").json
            #expect(logs["total"]?.int == before + 1)
            let entry = logs["items"]?[0]
            #expect(entry?["action"]?.string == "habit.deleted")
            #expect(entry?["subject"]?.string == "habit:7")
            #expect(entry?["plugin"]?.string == "kit-features")
            #expect(entry?["created_at"]?.string == "2026-11-20T12:00:00.000000Z")
            #expect(entry?["details"] == ["reason": "because", "count": 2])
            let me = try await doer.get("/api/auth/me").json
            #expect(entry?["user_id"]?.string != nil)
            #expect(entry?["user_id"]?.string == me["id"]?.string)
            #expect(entry?["request_id"]?.string == answer.headers.first(name: "X-Request-ID"))
        }
    }

    @Test func `an entry is there exactly if the transaction commits`() async throws {
        try await Self.run { _, doer, admin in
            #expect(try await Self.does(doer, "kept", ending: "commit") == 200)
            #expect(try await Self.does(doer, "undone", ending: "rollback") == 409)
            let kept = try await admin.get("/api/admin/logs?action=kept").json["total"]?.int
            #expect(kept == 1)
            let undone = try await admin.get("/api/admin/logs?action=undone").json["total"]?.int
            #expect(undone == 0)
        }
    }

    @Test func `entries are filtered and come in pages, the latest first`() async throws {
        try await Self.run { host, doer, admin in
            for number in 1...5 {
                host.clock.advance(by: .seconds(60))
                #expect(try await Self.does(doer, "step", "thing:\(number)") == 200)
            }
            host.clock.advance(by: .seconds(86_400))
            var nobody = doer
            nobody.token = nil
            #expect(try await Self.does(nobody, "other.day", "thing:1") == 200)
            func subjects(_ query: String) async throws -> [String?] {
                guard case .array(let items)? = try await admin.get("/api/admin/logs?\(query)").json["items"] else { return [] }
                return items.map { $0["subject"]?.string }
            }
            #expect(try await subjects("action=step&page_size=2") == ["thing:5", "thing:4"])
            #expect(try await subjects("action=step&page_size=2&page=3") == ["thing:1"])
            #expect(try await subjects("action=step&page_size=2&page=4") == [])
            #expect(try await subjects("subject=thing:1") == ["thing:1", "thing:1"])
            #expect(try await subjects("subject=thing:1&date_to=2026-11-20") == ["thing:1"])
            let later = try await admin.get("/api/admin/logs?date_from=2026-11-21&plugin=kit-features").json
            #expect(later["total"]?.int == 1)
            #expect(later["items"]?[0]?["user_id"] == .null)
            let me = try await doer.get("/api/auth/me").json["id"]?.string ?? ""
            let own = try await admin.get("/api/admin/logs?user_id=\(me)&plugin=kit-features&page_size=2").json
            #expect(own["total"]?.int == 5)
            #expect(own["pages"]?.int == 3)
        }
    }

    @Test func `administrators read it, and nobody else`() async throws {
        try await Self.run { _, doer, admin in
            let forbidden = try await doer.get("/api/admin/logs").status
            #expect(forbidden == 403)
            var nobody = doer
            nobody.token = nil
            #expect(try await nobody.get("/api/admin/logs").status == 401)
            #expect(try await admin.get("/api/admin/logs?page_size=101").status == 422)
            #expect(try await admin.get("/api/admin/logs?date_from=soon").status == 422)
        }
    }

    @Test func `the host keeps who came and went, and who was given a role`() async throws {
        try await Self.run { _, doer, admin in
            #expect(try await doer.post("/api/auth/login", ["email": "doer", "password": "WrongPass1"]).status == 401)
            let answer = try await doer.post("/api/auth/logout")
            #expect(answer.status == 200)
            func entries(_ action: String) async throws -> [JSONValue] {
                try await admin.get("/api/admin/logs?plugin=host&action=\(action)").json["items"]?.elements ?? []
            }
            let registered = try await entries("auth.register")
            #expect(registered.each("details") == [["role": "user"], ["role": "user"]])
            let (chiefID, doerID) = (registered.first?["user_id"]?.string ?? "", registered.last?["user_id"]?.string ?? "")
            #expect(registered.each("subject") == [.string("user:\(chiefID)"), .string("user:\(doerID)")])
            #expect(try await entries("auth.login").each("user_id") == [.string(chiefID)])
            let loggedOut = try await entries("auth.logout")
            #expect(loggedOut.each("user_id") == [.string(doerID)])
            #expect(loggedOut.first?["request_id"]?.string == answer.headers.first(name: "X-Request-ID"))
            let granted = try await entries("admin.user_update")
            #expect(granted.each("subject") == [.string("user:\(chiefID)")])
            #expect(granted.first?["user_id"] == .null)
            #expect(granted.first?["details"] == ["role": "admin"])
            #expect(granted.first?["request_id"]?.string == "command line")
        }
    }

    @Test func `what is no entry is refused`() async throws {
        try await Self.run { _, doer, admin in
            for action in ["Shout", "two words", "", "1st", String(repeating: "a", count: 101)] {
                let status = try await Self.does(doer, action)
                #expect(status == 400)
            }
            #expect(try await Self.does(doer, "long", String(repeating: "s", count: 401)) == 413)
            #expect(try await admin.get("/api/admin/logs?plugin=kit-features").json["total"]?.int == 0)
        }
    }
}

extension [JSONValue] {
    /// A member of each.
    fileprivate func each(_ name: String) -> [JSONValue] { map { $0[name] ?? .null } }
}
