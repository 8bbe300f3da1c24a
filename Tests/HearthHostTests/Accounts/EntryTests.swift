import Foundation
import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import NIOCore
import Synchronization
import Testing

@testable import HearthHost

@Suite struct EntryTests {
    @Test func `who registers gets a token, the user object and no cache in between`() async throws {
        try await withAccounts { host, _ in
            let answer = try await host.register("Ada", email: "Ada.L@EXAMPLE.org")
            #expect(answer.status == 201)
            #expect(answer["token_type"] == "bearer")
            #expect(answer["expires_in"] == 2_592_000)
            #expect(answer.headers[.cacheControl] == "no-store")
            let user = answer.user
            #expect(user["email"] == "Ada.L@example.org")
            #expect(user["username"] == "Ada")
            #expect(user["created_at"] == "2027-01-15T08:00:00.000000Z")
            for (name, value) in [
                "display_name": JSONValue.null, "bio": .null, "avatar_url": .null, "is_public": false, "is_active": true,
                "timezone": "UTC",
                "theme": "dark", "notifications_enabled": true, "role": "user", "level": 7, "total_xp": 0, "coins": 0,
                "current_streak": 0, "best_streak": 0,
            ] { #expect(user[name] == value, "\(name)") }
            guard case .string(let code)? = user["friend_code"] else { throw TestFailure("no friend code") }
            #expect(code.count == 8 && code.allSatisfy { "0123456789ABCDEF".contains($0) })
            #expect(JSONValue.object(answer.body).text.contains("$2b$") == false)
            let me = try await host.send(.get, "/auth/me", token: answer.token)
            #expect(me.status == 200)
            #expect(me.body == user)
        }
    }

    @Test func `everything that is wrong is said at once and the password is not repeated`() async throws {
        try await withAccounts { host, _ in
            let answer = try await host.send(
                .post, "/auth/register", ["email": "nobody", "username": "a b", "password": "hunter-two"])
            #expect(answer.status == 422)
            for text in ["email", "username", "uppercase letter", "digit"] { #expect(answer.errors.contains(text), "\(text)") }
            #expect(answer.errors.contains("hunter") == false)
            guard case .string(let detail)? = answer["detail"] else { throw TestFailure("no detail") }
            #expect(detail.contains("hunter") == false)
            let missing = try await host.send(.post, "/auth/register", [:])
            #expect(missing.status == 422)
            #expect(missing.errors.components(separatedBy: "Field required").count == 4)
        }
    }

    @Test(arguments: [
        ("Ab1", false), ("Abcdefg1", true), ("abcdefg1", false), ("ABCDEFG1", false), ("Abcdefgh", false),
        ("Äöüßäöü1", true), ("Abcdefg1" + String(repeating: "x", count: 64), true),
        ("Abcdefg1" + String(repeating: "x", count: 65), false),
        ("Abcdefg1" + String(repeating: "€", count: 22), false), ("Abcdefg1\u{0}", false),
    ])
    func `a password has three kinds of characters and a length that can be hashed`(
        password: String, isAccepted: Bool
    ) async throws {
        try await withAccounts { host, _ in
            let answer = try await host.register("ada", more: ["password": .string(password)])
            #expect(answer.status == (isAccepted ? 201 : 422))
        }
    }

    @Test(arguments: [
        ("ad", false), ("ada", true), ("a_d-a", true), ("Ærøskøbing", true), ("日本語", true), ("ada lovelace", false),
        ("ada@home", false),
        ("ada.l", false), ("ada\u{301}", false), ("ada😀", false), ("ada\u{0}", false), (String(repeating: "é", count: 30), true),
        (String(repeating: "é", count: 31), false), ("ada\u{202E}", false),
    ])
    func `a username has letters of any script, digits, underscores and hyphens`(username: String, isAccepted: Bool) async throws
    {
        try await withAccounts { host, _ in
            let answer = try await host.register(username, email: "ada@example.org")
            #expect(answer.status == (isAccepted ? 201 : 422))
        }
    }

    @Test func `a taken name is a conflict, whatever its case, and leaves nothing behind`() async throws {
        try await withAccounts { host, _ in
            #expect(try await host.register("ada").status == 201)
            let email = try await host.register("grace", email: "ADA@Example.ORG")
            #expect(email.status == 409)
            #expect(email["detail"] == "Email already registered")
            let username = try await host.register("ADA", email: "other@example.org")
            #expect(username.status == 409)
            #expect(username["detail"] == "Username already taken")
            #expect(host.extensions.steps.withLock { $0.count } == 1)
            #expect(try await host.register("grace").status == 201)
        }
    }

    @Test func `of registrations at once with one address exactly one succeeds`() async throws {
        try await withAccounts { host, _ in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 {
                    group.addTask { try await host.register("user\(number)", email: "same@example.org").status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 11))
            let rows = try await host.database.query(
                "SELECT count(*) FROM users", columns: [DatabaseType.integer], scope: .host)
            #expect(rows.integer(0, 0) == 1)
        }
    }

    @Test func `an observer sees the members of facets and may undo the registration`() async throws {
        try await withAccounts { host, _ in
            host.extensions.veto.withLock { $0 = "The guild is full" }
            let refused = try await host.register("ada", more: ["guild": "owls", "role": "admin"])
            #expect(refused.status == 400)
            #expect(refused["detail"] == "The guild is full")
            host.extensions.veto.withLock { $0 = nil }
            let answer = try await host.register("ada", more: ["guild": "owls", "role": "admin", "id": "7", "coins": 1_000])
            #expect(answer.status == 201)
            #expect(answer.user["role"] == "user")
            #expect(answer.user["coins"] == 0)
            let steps = host.extensions.steps.withLock { $0 }
            #expect(steps.map(\.event) == [.created])
            #expect(steps.first?.changes == ["guild": "owls"])
        }
    }

    @Test func `one logs in by address or username, in JSON or a form`() async throws {
        try await withAccounts { host, _ in
            _ = try await host.register("Ada")
            for name in ["ada@example.org", "ADA@example.org", "Ada", "ada"] {
                let answer = try await host.login(name)
                #expect(answer.status == 200)
                #expect(try await host.send(.get, "/users/me", token: answer.token).status == 200)
                #expect(answer.headers[.cacheControl] == "no-store")
            }
            let form = try await host.send(
                .post, "/auth/login", form: "grant_type=password&username=ada&password=Correct-horse-1")
            #expect(form.status == 200)
            #expect(form.token.isEmpty == false)
            #expect(try await host.send(.post, "/auth/login", form: "username=ada").status == 422)
            #expect(try await host.login("ada").token != host.login("ada").token)
        }
    }

    @Test func `a wrong password and an unknown user get the same answer`() async throws {
        try await withAccounts { host, _ in
            _ = try await host.register("ada")
            let answers = [
                try await host.login("ada", "Wrong-horse-1"), try await host.login("nobody"),
                try await host.login("nobody@example.org"),
                try await host.login(""), try await host.login("ada", ""),
                try await host.login("' OR 1=1 --"),
            ]
            for answer in answers {
                #expect(answer.status == 401)
                #expect(answer["detail"] == "Invalid email or password")
                #expect(answer.token.isEmpty)
            }
            #expect(try await host.login("ada\u{0}").status == 422)
            #expect(try await host.login("ada", String(repeating: "a", count: 73)).status == 422)
            #expect(try await host.login("ada", String(repeating: "€", count: 25)).status == 422)
            #expect(try await host.login("ada", "Correct-horse-1\u{0}").status == 422)
        }
    }

    @Test func `a hash of another cost is renewed by a login`() async throws {
        try await withAccounts { host, folder in
            _ = try await host.register("ada")
            let dearer = try await AccountsFixture(folder: folder, cost: 5)
            func hash() async throws -> String {
                try await host.accounts.store.credentials(login: "ada")?.passwordHash ?? ""
            }
            #expect(try await hash().hasPrefix("$2b$04$"))
            #expect(try await dearer.login("ada", "Wrong-horse-1").status == 401)
            #expect(try await hash().hasPrefix("$2b$04$"))
            #expect(try await dearer.login("ada").status == 200)
            #expect(try await hash().hasPrefix("$2b$05$"))
            #expect(try await dearer.login("ada").status == 200)
            await dearer.database.shutdown()
        }
    }

    @Test func `a malformed stored hash or none is a wrong password`() async throws {
        try await withAccounts { host, _ in
            _ = try await host.register("ada")
            for hash in [DatabaseValue.text("broken"), .text("$2b$31$" + String(repeating: ".", count: 53)), .null] {
                _ = try await host.database.query("UPDATE users SET password_hash = $1", [hash], scope: .host)
                #expect(try await host.login("ada").status == 401)
            }
        }
    }

    @Test func `when passwords come faster than they can be hashed the client is told when to come back`() async throws {
        try await withAccounts(cost: 9) { host, _ in
            // More than wait and are served at once, on a machine of any size.
            let count = PasswordHasher.queueLimit + 30 * System.coreCount
            let answers = try await withThrowingTaskGroup(of: AccountsFixture.Answer.self) { group in
                for number in 0..<count { group.addTask { try await host.login("user\(number)") } }
                return try await group.reduce(into: [AccountsFixture.Answer]()) { $0.append($1) }
            }
            let refused = answers.filter { $0.status == 503 }
            #expect(refused.isEmpty == false)
            #expect(refused.allSatisfy { $0.headers[.retryAfter] != nil })
            #expect(answers.allSatisfy { [401, 503].contains($0.status) })
        }
    }

    @Test func `an administrator is made on the command line, with a password that is shown once`() async throws {
        try await withAccounts { host, _ in
            let made = try await host.accounts.createAdmin(email: "root@example.org", username: "root", password: nil)
            let password = try #require(made)
            let answer = try await host.login("root", password)
            #expect(answer.user["role"] == "admin")
            #expect(try await host.accounts.authenticate(token: answer.token).isAdmin)
            #expect(
                try await host.accounts.createAdmin(email: "b@example.org", username: "bob", password: "Correct-horse-1") == nil)
            await #expect(throws: AdministrationError.self) {
                try await host.accounts.createAdmin(email: "root@example.org", username: "root2", password: nil)
            }
            await #expect(throws: AdministrationError.self) {
                try await host.accounts.createAdmin(email: "nobody", username: "x", password: "short")
            }
        }
    }

    @Test func `a user becomes an administrator with the token that he has`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            #expect(try await host.accounts.authenticate(token: token).isAdmin == false)
            try await host.accounts.grantAdmin("Ada@Example.org")
            #expect(try await host.accounts.authenticate(token: token).isAdmin)
            await #expect(throws: AdministrationError.self) { try await host.accounts.grantAdmin("nobody") }
        }
    }
}

/// A test that could not even ask its question.
struct TestFailure: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
