import Testing

@testable import HearthKit

private struct Refusal: Error {}

struct TransactionTests {
    private func context(_ host: FakeHost) throws -> Context {
        Context(handle: host.makeContext(), runtime: try PluginRuntime(host: host.pointer))
    }

    private let change = FakeCall.statement("DELETE FROM a", [], columns: [])

    @Test func `a closure that returns is committed`() async throws {
        let host = FakeHost()
        let outer = try context(host)
        let value = try await outer.transaction(isolation: .serializable) { transaction in
            try await transaction.execute("DELETE FROM a")
            return 7
        }
        #expect(value == 7)
        #expect(host.database.calls == [.begin(3), change, .commit])
        let contexts = host.database.contexts
        #expect(contexts[0] == outer.handle && contexts[1] != outer.handle && contexts[1] == contexts[2])
    }

    @Test func `a transaction may be one that only reads`() async throws {
        let host = FakeHost()
        try await context(host).transaction(readOnly: true) { _ in }
        #expect(host.database.calls == [.begin(1, readOnly: true), .commit])
    }

    @Test func `a closure that throws is rolled back and its error kept`() async throws {
        let host = FakeHost()
        await #expect(throws: Refusal.self) {
            try await context(host).transaction { transaction in
                try await transaction.execute("DELETE FROM a")
                throw Refusal()
            }
        }
        #expect(host.database.calls == [.begin(1), change, .rollback])
        #expect(host.staleUses.isEmpty)
    }

    @Test func `a conflict with others is tried again, from the statement as from the commit`() async throws {
        let host = FakeHost(database: FakeDatabase(.error(12, code: ""), .affected(1), .error(12, code: "")))
        let attempts = Box(0)
        try await context(host).transaction { transaction in
            attempts.value += 1
            try await transaction.execute("DELETE FROM a")
        }
        #expect(attempts.value == 3)
        #expect(host.database.calls == [.begin(1), change, .rollback, .begin(1), change, .commit, .begin(1), change, .commit])
    }

    @Test func `after the last attempt the conflict is the caller's`() async throws {
        let host = FakeHost(database: FakeDatabase(.error(12, code: ""), .error(12, code: ""), .error(12, code: "")))
        let error = await #expect(throws: HostError.self) {
            try await context(host).transaction(attempts: 2) { _ = try await $0.execute("DELETE FROM a") }
        }
        #expect(error?.kind == .serialization)
        #expect(host.database.calls.count { $0 == .begin(1) } == 2)
    }

    @Test func `what only has to be atomic joins the transaction that there is`() async throws {
        let host = FakeHost()
        let outer = try context(host)
        _ = try await outer.atomically { try await $0.execute("DELETE FROM a") }
        try await outer.transaction { transaction in
            _ = try await transaction.atomically { try await $0.execute("DELETE FROM a") }
        }
        #expect(host.database.calls == [.begin(1), change, .commit, .begin(1), change, .commit])
    }

    @Test func `inside a transaction it is a savepoint, which only the owner's conflict repeats`() async throws {
        let host = FakeHost(database: FakeDatabase(.error(12, code: "")))
        let attempts = Box(0)
        try await context(host).transaction { outer in
            attempts.value += 1
            _ = try await outer.transaction { inner in try await inner.execute("DELETE FROM a") }
        }
        #expect(attempts.value == 2)
        #expect(
            host.database.calls == [
                .begin(1), .begin(1), change, .rollback, .rollback, .begin(1), .begin(1), change, .commit, .commit,
            ])
        let contexts = host.database.contexts
        #expect(contexts[1] != contexts[0] && contexts[2] != contexts[1])
    }

    @Test func `a savepoint that fails leaves its transaction to go on`() async throws {
        let host = FakeHost()
        try await context(host).transaction { outer in
            let failed: Void? = try? await outer.transaction { _ in throw Refusal() }
            #expect(failed == nil)
            try await outer.execute("DELETE FROM a")
        }
        #expect(host.database.calls == [.begin(1), .begin(1), .rollback, change, .commit])
    }

    @Test func `a commit that is refused is rolled back, one that failed is not`() async throws {
        let refused = FakeHost()
        refused.refuse("commit", 7)
        await #expect(throws: HostError.self) { try await context(refused).transaction { _ in } }
        #expect(refused.database.calls == [.begin(1), .rollback])

        let failed = FakeHost(database: FakeDatabase(.affected(0), .error(13, code: "")))
        await #expect(throws: HostError.self) {
            try await context(failed).transaction { _ = try await $0.execute("DELETE FROM a") }
        }
        #expect(failed.database.calls == [.begin(1), change, .commit])
        #expect(failed.staleUses.isEmpty)
    }
}
