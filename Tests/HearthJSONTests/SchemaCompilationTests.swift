import HearthJSON
import Testing

struct SchemaCompilationTests {
    @Test(
        arguments: [
            (["minLenght": 1], "#/minLenght: an unknown keyword"),
            (["properties": ["a": ["not": [:]]]], "#/properties/a/not: an unknown keyword"),
            (["type": "text"], "#/type: null, boolean, integer, number, string, array or object was expected"),
            (["type": []], "#/type: at least one type was expected"),
            (["maxLength": -1], "#/maxLength: a whole number from 0 was expected"),
            (["minimum": "1"], "#/minimum: a number was expected"),
            (["multipleOf": 0], "#/multipleOf: a number above 0 was expected"),
            (["enum": []], "#/enum: an array of values was expected"),
            (["anyOf": [1]], "#/anyOf/0: a schema is an object or a boolean"),
            (["required": [1]], "#/required: a string was expected"),
            (["uniqueItems": 1], "#/uniqueItems: true or false was expected"),
            (["$ref": "other.json"], "#/$ref: a text that begins with #/components/schemas/ was expected"),
            (["items": ["$ref": "#/components/schemas/No"]], "#/items/$ref: there is no schema named \"No\""),
            (["pattern": "(a"], "#/pattern: a ( without )"),
            (["pattern": "(?=a)"], "#/pattern: of the groups with (? only (?: is supported"),
            (["pattern": #"(a)\1"#], #"#/pattern: \1 is not supported"#),
        ] as [(JSONValue, String)])
    func `a faulty schema is refused with the path of the keyword`(schema: JSONValue, expected: String) {
        let error = #expect(throws: JSONSchemaError.self) { try JSONSchema(schema) }
        #expect(error?.description == expected)
    }

    @Test func `a fault behind a reference names the schema`() {
        let error = #expect(throws: JSONSchemaError.self) {
            try JSONSchema(["$ref": "#/components/schemas/A"], resolving: { _ in ["itmes": 1] })
        }
        #expect(error?.description == "#/components/schemas/A/itmes: an unknown keyword")
    }

    @Test func `references that only lead to each other are refused`() {
        let schemas: [String: JSONValue] = [
            "A": ["anyOf": [["$ref": "#/components/schemas/B"], ["type": "null"]]],
            "B": ["allOf": [["$ref": "#/components/schemas/A"]]],
        ]
        let error = #expect(throws: JSONSchemaError.self) {
            try JSONSchema(["$ref": "#/components/schemas/A"], resolving: { schemas[$0] })
        }
        #expect(error?.message == "it refers only to itself")
    }
}
