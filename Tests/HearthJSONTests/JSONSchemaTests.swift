import HearthJSON
import Testing

/// What a schema finds in a value, as lines of `place type: message`.
private func violations(
    _ value: JSONValue, _ schema: JSONValue, _ components: [String: JSONValue] = [:]
) throws -> [String] {
    try JSONSchema(schema, resolving: { components[$0] }).validate(value).map(line)
}

private func line(_ violation: Violation) -> String {
    let place = violation.loc.map(\.description).joined(separator: ".")
    return "\(place) \(violation.type): \(violation.msg)"
}

private let integer: JSONValue = ["type": "integer"]
private let string: JSONValue = ["type": "string"]

struct JSONSchemaTests {
    @Test(
        arguments: [
            (string, 1, "string_type: Input should be a valid string"),
            (string, nil, "string_type: Input should be a valid string"),
            (integer, "x", "int_parsing: Input should be a valid integer, unable to parse string as an integer"),
            (integer, "5", "int_type: Input should be a valid integer"),
            (integer, nil, "int_type: Input should be a valid integer"),
            (integer, 1.5, "int_from_float: Input should be a valid integer, got a number with a fractional part"),
            (integer, 1e20, "int_parsing_size: Unable to parse input string as an integer, exceeded maximum size"),
            (["type": "number"], "x", "float_parsing: Input should be a valid number, unable to parse string as a number"),
            (["type": "number"], [], "float_type: Input should be a valid number"),
            (["type": "boolean"], "x", "bool_parsing: Input should be a valid boolean, unable to interpret input"),
            (["type": "boolean"], 1, "bool_type: Input should be a valid boolean"),
            (["type": "array"], [:], "list_type: Input should be a valid list"),
            (["type": "object"], [], "dict_type: Input should be a valid dictionary"),
            (
                ["type": "object", "properties": ["a": string]], [],
                "model_attributes_type: Input should be a valid dictionary or object to extract fields from"
            ),
            (["type": "null"], 1, "none_required: Input should be None"),
            (["type": "string", "minLength": 3], "ab", "string_too_short: String should have at least 3 characters"),
            (["type": "string", "minLength": 1], "", "string_too_short: String should have at least 1 character"),
            (["type": "string", "maxLength": 1], "ab", "string_too_long: String should have at most 1 character"),
            (["type": "string", "maxLength": 2], "ééé", "string_too_long: String should have at most 2 characters"),
            (["type": "string", "pattern": "^[a-z]+$"], "A", "string_pattern_mismatch: String should match pattern '^[a-z]+$'"),
            (
                ["type": "string", "pattern": "^[a-z]+$", "examples": ["abc", "d"]], "A",
                "string_pattern_mismatch: String should match pattern '^[a-z]+$', such as 'abc'"
            ),
            (["type": "integer", "minimum": 1], 0, "greater_than_equal: Input should be greater than or equal to 1"),
            (["type": "integer", "maximum": 1], 2, "less_than_equal: Input should be less than or equal to 1"),
            (["type": "number", "exclusiveMinimum": 1.5], 1.5, "greater_than: Input should be greater than 1.5"),
            (["type": "number", "exclusiveMaximum": 2.0], 2, "less_than: Input should be less than 2"),
            (["type": "integer", "multipleOf": 5], 7, "multiple_of: Input should be a multiple of 5"),
            (["type": "array", "minItems": 1], [], "too_short: List should have at least 1 item after validation, not 0"),
            (["type": "array", "maxItems": 2], [1, 2, 3], "too_long: List should have at most 2 items after validation, not 3"),
            (["type": "array", "uniqueItems": true], [1, 2, 1.0], "unique_items: List should have no item twice"),
            (
                ["type": "object", "minProperties": 1], [:],
                "too_short: Dictionary should have at least 1 item after validation, not 0"
            ),
            (
                ["type": "object", "maxProperties": 1], ["a": 1, "b": 2],
                "too_long: Dictionary should have at most 1 item after validation, not more"
            ),
            (["enum": ["a", "b", "c"]], "d", "enum: Input should be 'a', 'b' or 'c'"),
            (["enum": ["daily", "weekly"]], 1, "enum: Input should be 'daily' or 'weekly'"),
            (["const": "a"], "b", "literal_error: Input should be 'a'"),
            (["enum": ["x", 1, true, nil]], 2, "enum: Input should be 'x', 1, True or None"),
            (["type": "string", "format": "uuid"], 1, "uuid_type: UUID input should be a string, bytes or UUID object"),
            (["type": "string", "format": "date-time"], 1, "datetime_type: Input should be a valid datetime"),
            (false, 1, "never: Input is not permitted"),
        ] as [(JSONValue, JSONValue, String)])
    func `a wrong value is reported in the words of pydantic`(schema: JSONValue, value: JSONValue, expected: String) throws {
        #expect(try violations(value, schema) == [" " + expected])
    }

    @Test(
        arguments: [
            ([:], ["anything": [1]]), (true, nil), (integer, 5.0), (["type": "number"], 5),
            (["type": "string", "maxLength": 3], "ééé"), (["type": "string", "minLength": 1], "😀"),
            (["type": "string", "minLength": 2], "e\u{301}"), (["type": "number", "multipleOf": 0.1], 0.3),
            (["type": ["string", "null"]], nil), (["anyOf": [integer, ["type": "null"]]], nil),
            (["enum": [1]], 1.0), (["const": ["a": 1, "b": 2]], ["b": 2, "a": 1]),
            (["type": "array", "uniqueItems": true], [[1, 2], [2, 1], ["a": 1], ["a": 2]]),
            (["type": "array", "items": integer, "minItems": 2, "maxItems": 2], [1, 2]),
            (["type": "object", "required": ["a"], "additionalProperties": integer], ["a": 1, "b": 2]),
            (["type": "string", "format": "something-else", "x-note": 1, "description": "d", "default": 1], "x"),
            (["minLength": 3, "minimum": 5, "minItems": 1], true),
            (["type": "integer", "minimum": -9_223_372_036_854_775_807], -9_223_372_036_854_775_807),
        ] as [(JSONValue, JSONValue)])
    func `a right value is not reported`(schema: JSONValue, value: JSONValue) throws {
        #expect(try violations(value, schema) == [])
    }

    @Test func `all violations of a body are reported at once, with their places`() throws {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "title": ["type": "string", "minLength": 3, "maxLength": 100],
                "kind": ["enum": ["daily", "weekly"]],
                "days": ["type": "array", "items": ["type": "integer", "minimum": 0, "maximum": 6]],
                "user": [
                    "type": "object", "properties": ["email": ["type": "string", "format": "email"]], "required": ["email"],
                ],
            ],
            "required": ["title", "kind", "user", "elsewhere"],
            "additionalProperties": false,
        ]
        let value: JSONValue = ["title": "ab", "days": [1, 9, "x"], "user": [:], "kindd": 1]
        let found = try JSONSchema(schema).validate(value, at: ["body"]).map(line)
        #expect(
            found == [
                "body.title string_too_short: String should have at least 3 characters",
                "body.kind missing: Field required",
                "body.days.1 less_than_equal: Input should be less than or equal to 6",
                "body.days.2 int_parsing: Input should be a valid integer, unable to parse string as an integer",
                "body.user.email missing: Field required",
                "body.elsewhere missing: Field required",
                "body.kindd extra_forbidden: Extra inputs are not permitted",
            ])
    }

    @Test func `a nullable value reports what its type reports`() throws {
        let schema: JSONValue = ["anyOf": [["type": "string", "minLength": 3], ["type": "null"]]]
        #expect(try violations("ab", schema) == [" string_too_short: String should have at least 3 characters"])
        #expect(try violations(1, schema) == [" string_type: Input should be a valid string"])
        #expect(try violations(1, ["type": ["null", "string"]]) == [" string_type: Input should be a valid string"])
    }

    @Test func `a union reports every branch under its label`() throws {
        let schema: JSONValue = ["anyOf": [integer, ["type": "array", "items": string], ["$ref": "#/components/schemas/Day"]]]
        let day: JSONValue = ["type": "object", "properties": ["day": ["type": "string", "format": "date"]]]
        #expect(
            try violations(["day": "x"], schema, ["Day": day]) == [
                "int int_type: Input should be a valid integer", "list[str] list_type: Input should be a valid list",
                "Day.day date_from_datetime_parsing: Input should be a valid date or datetime, input is too short",
            ])
        #expect(try violations(["x"], schema, ["Day": day]) == [])
    }

    @Test func `oneOf takes exactly one branch`() throws {
        let schema: JSONValue = ["oneOf": [["type": "integer", "maximum": 5], ["type": "integer", "minimum": 3]]]
        #expect(try violations(1, schema) == [])
        #expect(try violations(4, schema) == [" one_of: Input should match exactly one of the allowed forms"])
        #expect(try violations("x", schema).count == 2)
    }

    @Test func `allOf and keywords beside a reference apply together`() throws {
        let schema: JSONValue = ["allOf": [["$ref": "#/components/schemas/Name"], ["maxLength": 3]], "pattern": "a"]
        let name: JSONValue = ["type": "string", "minLength": 2]
        #expect(try violations("ab", schema, ["Name": name]) == [])
        #expect(try violations("b", schema, ["Name": name]).count == 2)
    }

    @Test func `a schema may contain itself`() throws {
        let tree: JSONValue = [
            "type": "object", "required": ["name"],
            "properties": [
                "name": string, "children": ["type": "array", "items": ["$ref": "#/components/schemas/Tree"]],
            ],
        ]
        let value: JSONValue = ["name": "a", "children": [["name": "b"], ["children": [["name": 1]]]]]
        #expect(
            try violations(value, ["$ref": "#/components/schemas/Tree"], ["Tree": tree]) == [
                "children.1.name missing: Field required",
                "children.1.children.0.name string_type: Input should be a valid string",
            ])
    }

    @Test func `violations never repeat the value`() throws {
        let secret = "hunter2-S3cret"
        let schemas: [JSONValue] = [
            integer, ["type": "number"], ["type": "boolean"], ["type": "array"], ["type": "object"], ["type": "null"], false,
            ["type": "string", "maxLength": 1], ["type": "string", "minLength": 99], ["type": "string", "pattern": "^x$"],
            ["enum": ["a"]], ["const": 1], ["anyOf": [integer, ["type": "boolean"]]],
        ]
        let formats = ["uuid", "date", "time", "date-time", "email", "uri"].map { format -> JSONValue in
            ["type": "string", "format": .string(format)]
        }
        for schema in schemas + formats {
            let found = try JSONSchema(schema).validate(.string(secret))
            #expect(!found.isEmpty)
            for violation in found {
                #expect(!line(violation).contains(secret))
                #expect(!line(violation).contains("hunter2"))
            }
        }
    }

    @Test func `a hostile body neither multiplies into the answer nor takes for ever`() throws {
        let many = JSONValue.array(Array(repeating: "x", count: 5000))
        #expect(try violations(many, ["type": "array", "items": integer]).count == JSONSchema.maximumViolations)
        // Two branches that both go down: the work would double with each of 60 levels.
        let pair: JSONValue = [
            "anyOf": [
                ["type": "array", "items": ["$ref": "#/components/schemas/Pair"], "maxItems": 1],
                ["type": "array", "items": ["$ref": "#/components/schemas/Pair"], "minItems": 1],
            ]
        ]
        var deep: JSONValue = 1
        for _ in 0..<60 { deep = [deep] }
        #expect(
            try violations(deep, ["$ref": "#/components/schemas/Pair"], ["Pair": pair]) == [
                " too_complex: Input takes too many steps to check"
            ])
    }

    @Test func `a text that is not JSON is a violation with its offset`() throws {
        let error = try #require(throws: JSONParseError.self) { try JSONValue(parsing: "{\"a\":}") }
        #expect(line(Violation(error, at: ["body"])) == "body.5 json_invalid: JSON decode error: a value was expected")
    }

    @Test func `a violation is written as an object`() {
        var json = JSONWriter()
        Violation(loc: ["body", 2, "na\"me"], msg: "Field required", type: "missing").write(to: &json)
        #expect(json.text == #"{"loc":["body",2,"na\"me"],"msg":"Field required","type":"missing"}"#)
    }
}
