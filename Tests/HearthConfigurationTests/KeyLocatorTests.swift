import Testing

@testable import HearthConfiguration

@Suite struct KeyLocatorTests {
    private let lines = KeyLocator(
        #"""
        # a comment with [brackets] and = signs
        top = 1
        text = """
        [not.a.header]
        not = "a key"
        """
        dotted.inner."quoted key" = 'a # b'

        [plugins.habits]   # trailing
        enabled = true
        grants = [
            "one", # [two]

            "two",
        ]
        inline = { a = 1, b = { c = [ 1, 2 ] } }

        [plugins."with.dot".settings]
        x = """"ends in quotes""""
        y = '''a
        b'''
        z = "tab\tquote\" \u0041"

        [[list]]
        a = 1
        [[list]]
        a = 2
        [list.sub]
        b = 3
        [plugins]
        "\u0061" = 1979-05-27T07:32:00Z
        """#
    ).lines

    @Test(arguments: [
        ("top", 2), ("text", 3), ("dotted", 7), ("dotted/inner", 7), ("dotted/inner/quoted key", 7), ("plugins/habits", 9),
        ("plugins/habits/enabled", 10), ("plugins/habits/grants", 11), ("plugins/habits/grants/0", 12),
        ("plugins/habits/grants/1", 14), ("plugins/habits/inline", 16), ("plugins/habits/inline/b/c/1", 16),
        ("plugins/with.dot", 18), ("plugins/with.dot/settings/x", 19), ("plugins/with.dot/settings/y", 20),
        ("plugins/with.dot/settings/z", 22), ("list", 24), ("list/0/a", 25), ("list/1", 26), ("list/1/a", 27),
        ("list/1/sub/b", 29), ("plugins", 30), ("plugins/a", 31),
    ])
    func `each key is found on its line`(path: String, line: Int) {
        #expect(lines[path.split(separator: "/").map(String.init)] == line)
    }

    @Test func `text within strings and comments is no key`() {
        #expect(lines[["not"]] == nil)
        #expect(lines[["not", "a", "header"]] == nil)
        #expect(lines[["two"]] == nil)
    }

    @Test func `lines that end in carriage returns are counted once`() {
        let lines = KeyLocator("a = 1\r\n\r\n[b]\r\nc = 2\r\n").lines
        #expect(lines[["b", "c"]] == 4)
    }

    @Test(arguments: ["[", "a", "a =", "a = [", "a = {", "a = \"", "a = '''", "\\", "a = \"\\", "= = =", "]]", "a = \"\\u12"])
    func `text that is no TOML ends all the same`(text: String) {
        _ = KeyLocator(text)
    }
}
