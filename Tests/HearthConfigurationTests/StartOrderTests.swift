import Testing

@testable import HearthConfiguration

@Suite struct StartOrderTests {
    private func manifest(
        _ id: String, provides: [String] = [], needs: [String] = [], uses: [String] = []
    ) throws -> PluginManifest {
        func list(_ name: String, _ values: [String]) -> String {
            values.isEmpty ? "" : "\(name) = [" + values.map { "\"\($0)\"" }.joined(separator: ", ") + "]\n"
        }
        let lines = list("provides", provides) + list("needs", needs) + list("uses", uses)
        return try PluginManifest(text: minimalManifest(id, lines), path: "\(id)/plugin.toml")
    }

    private func order(_ manifests: [PluginManifest], maySkip: Set<String> = []) throws -> [String] {
        try StartOrder(of: manifests, maySkip: maySkip).order.map(\.id)
    }

    private func complaints(_ manifests: [PluginManifest], maySkip: Set<String> = []) -> String {
        let error = #expect(throws: ConfigurationErrors.self) { try StartOrder(of: manifests, maySkip: maySkip) }
        return error?.description ?? ""
    }

    @Test func `providers start before those who need them`() throws {
        let plugins = [
            try manifest("a", needs: ["b/1", "c/1"]), try manifest("b", provides: ["b/1"], needs: ["d/1"]),
            try manifest("c", provides: ["c/1"]), try manifest("d", provides: ["d/1"]), try manifest("e"),
        ]
        #expect(try order(plugins) == ["c", "d", "b", "a", "e"])
        #expect(try order(plugins.reversed()) == ["c", "d", "b", "a", "e"], "whatever the order of the files")
    }

    @Test func `optional uses order nothing and may form a circle`() throws {
        let plugins = [
            try manifest("a", provides: ["a/1"], uses: ["b/1", "nobody/1"]), try manifest("b", provides: ["b/1"], uses: ["a/1"]),
        ]
        #expect(try order(plugins) == ["a", "b"])
    }

    @Test func `a cycle is named in full`() throws {
        let plugins = [
            try manifest("a", provides: ["a/1"], needs: ["b/1"]), try manifest("b", provides: ["b/1"], needs: ["c/1"]),
            try manifest("c", provides: ["c/1"], needs: ["a/1"]), try manifest("d", needs: ["a/1"]),
        ]
        #expect(
            complaints(plugins) == """
                a/plugin.toml:7: needs: needs form a cycle: a needs "b/1" of b, b needs "c/1" of c, c needs "a/1" of a; \
                one of them must be under uses, which orders nothing
                """)
    }

    @Test func `two cycles are both named`() throws {
        let plugins = [
            try manifest("a", provides: ["a/1"], needs: ["b/1"]), try manifest("b", provides: ["b/1"], needs: ["a/1"]),
            try manifest("c", provides: ["c/1"], needs: ["d/1"]), try manifest("d", provides: ["d/1"], needs: ["c/1"]),
        ]
        #expect(complaints(plugins).split(separator: "\n").count == 2)
    }

    @Test func `a missing provider is named with who needs it`() throws {
        #expect(
            complaints([try manifest("a", needs: ["mail/1"]), try manifest("b", provides: ["other/1"])])
                == "a/plugin.toml:6: needs: a needs \"mail/1\", which no enabled plugin provides")
    }

    @Test func `a misspelt service is named with what was meant`() throws {
        #expect(
            complaints([try manifest("a", needs: ["progresion/1"]), try manifest("rpg", provides: ["progression/1"])])
                == """
                a/plugin.toml:6: needs: a needs "progresion/1", which no enabled plugin provides; \
                did you mean "progression/1"?
                """)
    }

    @Test func `another version of a service is named with its owner`() throws {
        #expect(
            complaints([try manifest("a", needs: ["progression/1"]), try manifest("rpg", provides: ["progression/2"])])
                == """
                a/plugin.toml:6: needs: a needs "progression/1", which no enabled plugin provides; rpg provides "progression/2"
                """)
    }

    @Test func `two providers of a service are both named`() throws {
        #expect(
            complaints([try manifest("a", provides: ["x/1"]), try manifest("b", provides: ["x/1"])])
                == "b/plugin.toml:6: provides: \"x/1\" is provided by both a (a/plugin.toml) and b; disable one of them")
    }

    @Test func `an id taken twice names both files`() throws {
        let other = try PluginManifest(text: minimalManifest("a"), path: "z/plugin.toml")
        #expect(complaints([try manifest("a"), other]) == "z/plugin.toml:1: id: the id \"a\" is taken by a/plugin.toml")
    }

    @Test func `a plugin that may be skipped is left out with those who need it`() throws {
        let plugins = [
            try manifest("a", provides: ["a/1"], needs: ["nobody/1"]), try manifest("b", needs: ["a/1"]), try manifest("c"),
        ]
        let start = try StartOrder(of: plugins, maySkip: ["a", "b"])
        #expect(start.order.map(\.id) == ["c"])
        #expect(start.skipped.map(\.id) == ["a", "b"])
        #expect(
            start.skipped.last?.reason.description
                == "b/plugin.toml:6: needs: b needs \"a/1\", which no enabled plugin provides")
        let message = complaints(plugins, maySkip: ["a"])
        #expect(
            message == """
                b/plugin.toml:6: needs: b needs "a/1", which no enabled plugin provides
                a/plugin.toml:7: needs: a needs "nobody/1", which no enabled plugin provides
                """)
    }

    @Test func `of two providers the one that may be skipped goes`() throws {
        let plugins = [
            try manifest("a", provides: ["x/1"]), try manifest("b", provides: ["x/1"]), try manifest("c", needs: ["x/1"]),
        ]
        #expect(try order(plugins, maySkip: ["a"]) == ["b", "c"])
        #expect(try order(plugins, maySkip: ["b"]) == ["a", "c"])
    }
}
