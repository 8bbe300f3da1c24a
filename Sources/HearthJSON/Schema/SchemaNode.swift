/// The rules of one schema. Schemas inside it are positions in the list of all nodes, so that a schema may contain itself.
struct SchemaNode: Sendable {
    /// How a violation in a union names this branch.
    var label = "any"
    /// `false` as a schema: nothing is valid.
    var refusesAll = false
    var reference: Int?
    /// The allowed types in the order of the schema; empty when all are allowed.
    var types: [ValueType] = []
    var allowed: AllowedValues?
    var string = StringRules()
    var number = NumberRules()
    var array: ArrayRules?
    var object: ObjectRules?
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    /// `anyOf` or `oneOf` of one schema and null, by far the most frequent union: that schema.
    var unlessNull: Int?
}

/// The types of JSON Schema.
enum ValueType: String, Sendable {
    case null, boolean, integer, number, string, array, object
}

/// `enum` or `const`.
struct AllowedValues: Sendable {
    let values: [JSONIdentity]
    let message: String
    let type: String

    init(_ values: [JSONValue], type: String) {
        self.values = values.map(JSONIdentity.init)
        self.type = type
        let texts = values.map(Self.text)
        let listed = texts.count < 2 ? texts.joined() : texts.dropLast().joined(separator: ", ") + " or " + (texts.last ?? "")
        message = "Input should be \(listed)"
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "None"
        case .boolean(let value): value ? "True" : "False"
        case .string(let value): "'\(value)'"
        default: value.text
        }
    }
}

struct StringRules: Sendable {
    var minimumLength = 0
    var maximumLength = Int.max
    var pattern: Pattern?
    /// The first of the examples: few people read patterns.
    var example: String?
    var format: TextFormat?
}

struct NumberRules: Sendable {
    var multipleOf: JSONValue?
    var maximum: JSONValue?
    var exclusiveMaximum: JSONValue?
    var minimum: JSONValue?
    var exclusiveMinimum: JSONValue?
}

struct ArrayRules: Sendable {
    var items: Int?
    var minimumCount = 0
    var maximumCount = Int.max
    var areUnique = false
}

struct ObjectRules: Sendable {
    struct Property: Sendable {
        let name: String
        let schema: Int
        var isRequired: Bool
    }
    var properties: [Property] = []
    var positions: [String: Int] = [:]
    /// Required members that are not among the properties.
    var furtherRequired: [String] = []
    var refusesOthers = false
    var others: Int?
    var minimumCount = 0
    var maximumCount = Int.max
}
