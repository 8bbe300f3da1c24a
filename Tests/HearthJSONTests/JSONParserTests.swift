import HearthJSON
import Testing

struct JSONParserTests {
    @Test func `each kind of value is read`() throws {
        let text = #" {"a": [null, true, false, 1, -2.5, 1e3, "x"], "b": {}, "c": []} "#
        #expect(
            try JSONValue(parsing: text) == [
                "a": [nil, true, false, 1, -2.5, 1000.0, "x"], "b": [:], "c": [],
            ])
    }

    @Test func `members keep their order`() throws {
        #expect(try JSONValue(parsing: #"{"z":1,"a":2,"m":3}"#).text == #"{"z":1,"a":2,"m":3}"#)
    }

    @Test(arguments: [
        ("9223372036854775807", JSONValue.integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("-0", .integer(0)), ("0.1", .number(0.1)),
        ("1E2", .number(100)), ("12345678901234567168", .number(12_345_678_901_234_567_168)), ("1.0", .number(1)),
    ])
    func `a number becomes an integer when it is written as one and fits`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test func `escapes are read, and surrogate pairs become one character`() throws {
        #expect(
            try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 plain""#)
                == .string("\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1F600} plain"))
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "a member stands there twice", 1, 8),
        (#"{"a":1,"\u0061":2}"#, "a member stands there twice", 1, 8),
        ("[1,\n2,\n 3 4]", "a comma or ] was expected", 3, 4),
        (#""\ud800""#, "half of a surrogate pair", 1, 2),
        (#""\ude00\ud83d""#, "half of a surrogate pair", 1, 2),
        ("1 2", "unexpected text after the value", 1, 3),
        ("", "a value is missing", 1, 1),
        ("[01]", "a number begins with 0", 1, 2),
        ("1e400", "a number is too large", 1, 1),
        ("\"a\u{1}\"", "a control character stands in a string", 1, 3),
        ("\"open", "a string does not end", 1, 1),
        (#"{"a" 1}"#, "a colon was expected", 1, 6),
        ("[1,]", "a value was expected", 1, 4),
        ("{\"a\":1,}", "a member name was expected", 1, 8),
        ("NaN", "a value was expected", 1, 1),
        ("\u{FEFF}1", "a value was expected", 1, 1),
    ])
    func `a mistake is named with its place`(text: String, message: String, line: Int, column: Int) {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
        #expect(error?.message == message)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test(arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func `what is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    }

    @Test func `nesting ends at the limit`() throws {
        let deep = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(throws: Never.self) { try JSONValue(parsing: deep(64)) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: deep(65)) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: deep(1_000_000)) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: deep(3), maximumDepth: 2) }
        #expect(throws: Never.self) { try JSONValue(parsing: "[[],[],{\"a\":[]}]", maximumDepth: 3) }
    }

    @Test func `duplicates are found in large objects too`() {
        let members = (0..<100).map { "\"k\($0)\":\($0)" }
        #expect(throws: Never.self) { try JSONValue(parsing: "{" + members.joined(separator: ",") + "}") }
        #expect(throws: JSONParseError.self) {
            try JSONValue(parsing: "{" + (members + ["\"k50\":1"]).joined(separator: ",") + "}")
        }
    }

    @Test func `every prefix of a text is refused without a crash`() {
        let bytes = Array(#"{"a":[1.5e-3,"\u00e9é",{"b":null}],"c":true}"#.utf8)
        for length in 0..<bytes.count {
            #expect(throws: JSONParseError.self) { try JSONValue(parsing: Array(bytes[..<length])) }
        }
    }

    @Test func `objects are equal whatever the order of their members`() {
        let a: JSONObject = ["x": 1, "y": [2], "z": 3]
        let b: JSONObject = ["z": 3, "x": 1, "y": [2]]
        #expect(a == b)
        #expect(a != ["z": 3, "x": 1])
        #expect(a != ["z": 3, "x": 1, "w": [2]])
    }

    @Test func `a member is found, replaced, added and removed by name`() {
        var object: JSONObject = ["a": 1]
        object["b"] = 2
        object["a"] = 3
        #expect(object == ["a": 3, "b": 2])
        object["a"] = nil
        #expect(object["a"] == nil)
        #expect(object.members.map(\.name) == ["b"])
    }
}
