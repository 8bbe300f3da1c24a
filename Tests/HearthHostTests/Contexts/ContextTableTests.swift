import CHearth
import HearthDatabase
import HearthThreads
import Testing

@testable import HearthHost

@Suite struct ContextTableTests {
    /// Runs a test with a table of its own and a way to make contexts.
    private func withTable(_ body: (ContextTable, @escaping @Sendable () -> CallContext) async throws -> Void) async throws {
        let source = PluginSource(
            id: "empty", code: "static hearth_status set_up(instance *self) { return HEARTH_OK; }\nPLUGIN(\"empty\")")
        try await PluginFixture.with(source) { fixture in
            let plugin = try #require(fixture.plugins.first).instance
            try await body(ContextTable()) {
                CallContext(plugin: plugin, purpose: .lifecycle, requestID: "test", actor: nil, deadline: .after(.seconds(60)))
            }
        }
    }

    @Test func `a handle finds its context until it is closed, and never another one`() async throws {
        try await withTable { table, make in
            var old: Set<hearth_context> = []
            for _ in 0..<1_000 {
                let context = make()
                table.open(context)
                #expect(old.insert(context.handle).inserted, "no handle is given twice")
                #expect(table[context.handle] === context)
                #expect(table.close(context))
                #expect(!table.close(context), "it is closed once")
                #expect(table[context.handle] == nil)
            }
            #expect(old.allSatisfy { table[$0] == nil })
            #expect(table[0] == nil)
            #expect(table[.max] == nil)
            #expect(table.open.isEmpty)
        }
    }

    @Test func `of many who close a context one succeeds`() async throws {
        try await withTable { table, make in
            for _ in 0..<200 {
                let context = make()
                table.open(context)
                let closed = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 { group.addTask { table.close(context) } }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(closed == 1)
            }
        }
    }

    @Test func `contexts of many threads do not get mixed up`() async throws {
        try await withTable { table, make in
            let mistakes = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var mistakes = 0
                        for _ in 0..<2_000 {
                            let pair = [make(), make()]
                            for context in pair { table.open(context) }
                            for context in pair where table[context.handle] !== context { mistakes += 1 }
                            for context in pair where !table.close(context) { mistakes += 1 }
                        }
                        return mistakes
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(mistakes == 0)
            #expect(table.open.isEmpty)
        }
    }
}
