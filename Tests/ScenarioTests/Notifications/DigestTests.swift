import Foundation
import HearthHost
import HearthJSON
import Testing

/// Mails that sum up, in the morning of each user who wants them.
@Suite struct DigestTests {
    /// The texts of the mails in a folder.
    private static func mails(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".eml") }.sorted().map {
            String(decoding: FileManager.default.contents(atPath: folder + "/" + $0) ?? Data(), as: UTF8.self)
        }
    }

    private static func user(_ name: String, _ language: String, _ client: TestClient) async throws -> TestClient {
        let user = try await client.registered(name)
        let answer = try await user.put("/api/users/me", ["timezone": "Europe/Paris", "language": .string(language)])
        #expect(answer.status == 200, "\(answer.body)")
        return user
    }

    @Test func `a digest comes in the user's morning and language, once, with what is unread`() async throws {
        let folder = try TestFolders.temporary()
        try await notifications(environment: ["MAIL_URL": "file:\(folder)"]) { host, client in
            let marie = try await Self.user("marie", "fr", client)
            let john = try await Self.user("john", "en", client)
            let weekly = try await Self.user("weekly", "en", client)
            let nobody = try await Self.user("nobody", "en", client)
            let silent = try await Self.user("silent", "en", client)
            try await marie.prefer(["digest": "daily", "kinds": [["kind": "streak_warning", "mail": false]]])
            try await john.prefer(["digest": "daily"])
            try await weekly.prefer(["digest": "weekly"])
            try await silent.prefer(["digest": "daily"])
            for user in [marie, john, weekly, nobody, silent] {
                for number in 1...12 { try await user.notify("N\(number)") }
                try await user.notify("Warning", kind: "streak_warning")
            }
            // John reads all, and needs no mail; another one has turned notifications off.
            #expect(try await john.post("/api/notifications/read-all").status == 200)
            #expect(try await silent.put("/api/users/me", ["notifications_enabled": false]).status == 200)
            let admin = try await host.administrator("chief", client)
            host.clock.advance(by: .seconds(61))
            let isKnown = try await eventually { try await admin.get("/api/admin/schedules").body.contains("Europe/Paris") }
            #expect(isKnown)

            /// Goes to seven o'clock in Paris, and waits until there are so many mails and nothing more is to be done.
            func mails(on day: String, _ count: Int) async throws -> [String] {
                host.clock.set(try instant("\(day)T06:00:01Z"))
                var admin = client
                let login = try await client.post("/api/auth/login", ["email": "chief", "password": "SecurePass1"])
                admin.token = login.json["access_token"]?.string
                let areThere = try await eventually { try Self.mails(in: folder).count >= count }
                #expect(areThere)
                let isOver = try await eventually {
                    let jobs = try await admin.get("/api/admin/jobs?limit=200").json["jobs"]?.elements ?? []
                    return jobs.allSatisfy { ["completed", "scheduled"].contains($0["state"]?.string ?? "") }
                }
                #expect(isOver)
                return try Self.mails(in: folder)
            }
            // A Saturday.
            let first = try await mails(on: "2026-11-21", 1)
            try #require(first.count == 1)
            #expect(first[0].contains("marie@example.com"))
            #expect(first[0].contains("12 notifications non lues"))
            let text = first[0].replacing("=\r\n", with: "")
            #expect(text.contains("N12") && text.contains("N3") && !text.contains("Warning"))
            // A Monday, for whoever wants it weekly; what was told is not told again.
            let all = try await mails(on: "2026-11-23", 2)
            #expect(all.count == 2)
            #expect(all.contains { $0.contains("weekly@example.com") && $0.contains("13 notifications are unread") })
        }
    }
}
