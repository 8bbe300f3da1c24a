import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import ServiceLifecycle
import Testing

@testable import HearthHost

@Suite struct SessionTests {
    @Test func `a token that was revoked is refused at once`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            let other = try await host.login("ada").token
            #expect(try await host.send(.get, "/auth/me", token: token).status == 200)
            #expect(host.accounts.cache.count == 1)
            let answer = try await host.send(.post, "/auth/logout", token: token)
            #expect(answer.status == 200)
            #expect(answer["message"] == "Successfully logged out")
            #expect(host.accounts.cache.count == 0)
            for _ in 0..<2 {
                let refused = try await host.send(.get, "/auth/me", token: token)
                #expect(refused.status == 401)
                #expect(refused["detail"] == "Could not validate credentials")
            }
            #expect(try await host.send(.post, "/auth/logout", token: token).status == 401)
            #expect(try await host.send(.get, "/auth/me", token: other).status == 200)
        }
    }

    @Test func `without a valid token nothing is shown`() async throws {
        try await withAccounts { host, folder in
            let token = try await host.register("ada").token
            #expect(try await host.send(.get, "/users/me").status == 401)
            for wrong in ["", "x", token + "x", String(token.dropLast()), String(repeating: "a", count: 1 << 20)] {
                #expect(try await host.send(.get, "/users/me", token: wrong).status == 401)
            }
            let stranger = try await AccountsFixture(folder: folder, key: "another-key-another-key-another-key")
            #expect(try await stranger.send(.get, "/users/me", token: token).status == 401)
            await stranger.database.shutdown()
        }
    }

    @Test func `a token expires, remembered or not`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            let unused = try await host.login("ada").token
            #expect(try await host.send(.get, "/auth/me", token: token).status == 200)
            host.clock.advance(by: .seconds(43_200 * 60 - 1))
            #expect(try await host.send(.get, "/auth/me", token: token).status == 200)
            host.clock.advance(by: .seconds(1))
            #expect(try await host.send(.get, "/auth/me", token: token).status == 401)
            #expect(try await host.send(.get, "/auth/me", token: unused).status == 401)
        }
    }

    @Test func `a deleted user's tokens and password are worth nothing`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            _ = try await host.database.query("UPDATE users SET deleted_at = $1", [.timestamp(1)], scope: .host)
            let answer = try await host.send(.get, "/auth/me", token: token)
            #expect(answer.status == 401)
            #expect(answer["detail"] == "User account has been deleted")
            let login = try await host.login("ada")
            #expect(login.status == 401)
            #expect(login["detail"] == "Account has been deleted")
            #expect(try await host.login("ada", "Wrong-horse-1")["detail"] == "Invalid email or password")
            _ = try await host.database.query("DELETE FROM users", scope: .host)
            #expect(try await host.send(.get, "/auth/me", token: token)["detail"] == "Could not validate credentials")
        }
    }

    @Test func `a verified token needs no database until something changes`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            #expect(try await host.accounts.authenticate(token: token).timezone == "UTC")
            // Behind the back of the host.
            _ = try await host.database.query("UPDATE users SET timezone = 'Asia/Tokyo'", scope: .host)
            #expect(try await host.accounts.authenticate(token: token).timezone == "UTC")
            let answer = try await host.send(.put, "/users/me", ["timezone": "Europe/Paris"], token: token)
            #expect(answer.status == 200)
            #expect(try await host.accounts.authenticate(token: token).timezone == "Europe/Paris")
        }
    }

    @Test func `another host on the same database notices a logout and a change of profile`() async throws {
        try await withAccounts { host, folder in
            let second = try await AccountsFixture(folder: folder)
            let ada = try await host.register("ada").token
            let bob = try await host.register("bob").token
            let group = ServiceGroup(services: [second.accounts], logger: second.accounts.logger)
            async let serving: Void = group.run()
            #expect(try await second.accounts.authenticate(token: ada).timezone == "UTC")
            #expect(try await second.accounts.authenticate(token: bob).timezone == "UTC")
            host.clock.advance(by: .seconds(1))
            _ = try await host.send(.post, "/auth/logout", token: ada)
            _ = try await host.send(.put, "/users/me", ["timezone": "Europe/Paris"], token: bob)
            let isRefused = try await eventually { try await second.send(.get, "/auth/me", token: ada).status == 401 }
            #expect(isRefused)
            let isChanged = try await eventually { try await second.accounts.authenticate(token: bob).timezone == "Europe/Paris" }
            #expect(isChanged)
            await group.triggerGracefulShutdown()
            try await serving
            await second.database.shutdown()
        }
    }

    @Test func `what was seen changed before is no news`() {
        var watch = ChangeWatch()
        let first = Revocations.Change(id: DatabaseUUID(high: 1, low: 1), time: 10)
        let second = Revocations.Change(id: DatabaseUUID(high: 1, low: 2), time: 20)
        #expect(watch.news(in: [first]) == [first.id])
        #expect(watch.news(in: [first, second]) == [second.id])
        #expect(watch.news(in: [first, second]).isEmpty)
        #expect(watch.news(in: [second, Revocations.Change(id: first.id, time: 30)]) == [first.id])
    }

    @Test func `revocations are kept as long as the token would be valid`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            _ = try await host.send(.post, "/auth/logout", token: token)
            func count() async throws -> Int64? {
                try await host.database.query(
                    "SELECT count(*) FROM hearth_revoked_tokens", columns: [DatabaseType.integer], scope: .host
                ).integer(0, 0)
            }
            try await host.accounts.revocations.prune(before: host.clock.now)
            #expect(try await count() == 1)
            host.clock.advance(by: .seconds(43_200 * 60 + 1))
            try await host.accounts.revocations.prune(before: host.clock.now)
            #expect(try await count() == 0)
        }
    }

    private func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<600 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}
