import HearthJSON
import Testing

struct TextReadingTests {
    @Test(
        arguments: [
            (["type": "integer"], "42", 42), (["type": "integer"], "-7", -7), (["type": "number"], "2.5", 2.5),
            (["type": "number"], "3", 3), (["type": "number"], "1e3", 1000.0), (["type": "boolean"], "true", true),
            (["type": "boolean"], "0", false), (["type": "boolean"], "Yes", true), (["type": "string"], "42", "42"),
            ([:], "42", "42"), (["anyOf": [["type": "integer"], ["type": "null"]]], "5", 5),
            (["anyOf": [["type": "integer"], ["type": "string"]]], "5", 5),
            (["anyOf": [["type": "integer"], ["type": "string"]]], "x", "x"),
            (["type": ["integer", "string"]], "x", "x"), (["type": "array", "items": ["type": "integer"]], "5", [5]),
            (["$ref": "#/components/schemas/Count"], "5", 5), (["allOf": [["$ref": "#/components/schemas/Count"]]], "5", 5),
        ] as [(JSONValue, String, JSONValue)])
    func `a text is read as the type of the schema`(schema: JSONValue, text: String, expected: JSONValue) throws {
        let compiled = try JSONSchema(schema, resolving: { $0 == "Count" ? ["type": "integer"] : nil })
        let (value, violations) = compiled.validate(text: text, at: ["query", "q"])
        #expect(value == expected)
        #expect(violations == [])
    }

    @Test(
        arguments: [
            (["type": "integer"], "x", "int_parsing"), (["type": "integer"], "", "int_parsing"),
            (["type": "integer"], "1.0", "int_parsing"), (["type": "integer"], "99999999999999999999", "int_parsing_size"),
            (["type": "integer", "maximum": 100], "101", "less_than_equal"), (["type": "number"], "nan", "float_parsing"),
            (["type": "number"], "inf", "float_parsing"), (["type": "number"], "0x10", "float_parsing"),
            (["type": "boolean"], "maybe", "bool_parsing"), (["type": "string", "format": "uuid"], "x", "uuid_parsing"),
            (["anyOf": [["type": "integer"], ["type": "null"]]], "x", "int_parsing"),
            (["type": "object"], "{}", "dict_type"),
        ] as [(JSONValue, String, String)])
    func `a text that does not fit is a violation`(schema: JSONValue, text: String, expected: String) throws {
        let (_, violations) = try JSONSchema(schema).validate(text: text, at: ["query", "q"])
        #expect(violations.map(\.type) == [expected])
        #expect(violations.first?.loc == ["query", "q"])
    }

    @Test func `repeated values become an array of the type of its items`() throws {
        let schema = try JSONSchema(["anyOf": [["type": "array", "items": ["type": "integer"]], ["type": "null"]]])
        let (value, violations) = schema.validate(texts: ["1", "x"], at: ["query", "id"])
        #expect(value == [1, "x"])
        #expect(violations.map(\.loc) == [["query", "id", 1]])
    }
}
