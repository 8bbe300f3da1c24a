import HearthJSON
import Testing

struct PatternTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        try JSONSchema(["type": "string", "pattern": .string(pattern)]).validate(.string(text)).isEmpty
    }

    @Test(
        arguments: [
            ("^#[0-9A-Fa-f]{6}$", ["#12abEF"], ["#12abE", "#12abEFF", "x#12abEF", "#12abEF\n"]),
            (#"^\d{4}-\d{2}$"#, ["2026-11"], ["2026-1", "٢٠٢٦-١١"]),
            ("b", ["abc", "b"], ["ac", ""]),
            ("^a|b$", ["ax", "xb"], ["xa", "bx"]),
            ("^(?:ab)+$", ["ab", "abab"], ["", "aba"]),
            ("^(a|bc)*d?$", ["", "d", "abcad"], ["b", "dd"]),
            ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
            ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
            ("^a{0}$", [""], ["a"]),
            ("^[^a-c]$", ["d", "é", "😀"], ["a", "b", "dd"]),
            (#"^[\w.-]+$"#, ["a_b.c-d"], ["a b", "é"]),
            (#"^[\D]$"#, ["x"], ["1"]),
            (#"^[a\-z]$"#, ["a", "-", "z"], ["b"]),
            ("^[]$", [], ["", "a"]),
            ("^.$", ["é", "😀"], ["", "\n", "ab"]),
            (#"^\u00e9\.\x41\/$"#, ["é.A/"], ["éxA/"]),
            (#"^\s\S$"#, [" x", "\u{a0}x"], ["x ", "xx"]),
            ("", ["", "x"], []),
            ("^(a*)*$", ["", "aaa"], ["b"]),
            ("a+?b", ["xaab"], ["b"]),
        ] as [(String, [String], [String])])
    func `a pattern matches as ECMA 262 says`(pattern: String, fitting: [String], others: [String]) throws {
        for text in fitting { #expect(try matches(pattern, text), "\(pattern) should match \(text)") }
        for text in others { #expect(try !matches(pattern, text), "\(pattern) should not match \(text)") }
    }

    @Test func `a text made to make a pattern slow is checked all the same`() throws {
        let text = String(repeating: "a", count: 5000) + "!"
        #expect(try !matches("^(a+)+$", text))
        #expect(try !matches("^(a|aa)+$", text))
        #expect(try !matches("^(.*a){20}$", text))
    }

    @Test(arguments: ["*", "a**", "(", ")", "[a", "[z-a]", "a{2,1}", "a{1001}", "((a{1000}){1000}){1000}", #"\b"#, "^*", "a{"])
    func `a pattern that is faulty or too large is refused`(pattern: String) {
        #expect(throws: JSONSchemaError.self) { try JSONSchema(["pattern": .string(pattern)]) }
    }
}
