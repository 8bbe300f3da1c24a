public import HearthJSON

/// A rule or a text that a field adds to the schema of its type.
public struct Constraint: Sendable {
    /// Keywords of JSON Schema with their values.
    let rules: [(keyword: String, value: JSONValue)]
    var isRequired = false

    /// The member has to be present.
    public static let required = Constraint(rules: [], isRequired: true)

    /// A sentence for the documentation.
    public static func docs(_ text: String) -> Constraint { Constraint(rules: [("description", .string(text))]) }

    /// An example for the documentation.
    public static func example(_ value: JSONValue) -> Constraint { Constraint(rules: [("examples", .array([value]))]) }

    /// How many characters a text may have.
    public static func length(_ range: ClosedRange<Int>) -> Constraint {
        Constraint(rules: [("minLength", .integer(Int64(range.lowerBound))), ("maxLength", .integer(Int64(range.upperBound)))])
    }

    /// How many characters a text may have at most.
    public static func length(_ range: PartialRangeThrough<Int>) -> Constraint {
        Constraint(rules: [("maxLength", .integer(Int64(range.upperBound)))])
    }

    /// Which whole numbers are allowed.
    public static func range(_ range: ClosedRange<Int>) -> Constraint {
        Constraint(rules: [("minimum", .integer(Int64(range.lowerBound))), ("maximum", .integer(Int64(range.upperBound)))])
    }

    /// From which whole number on values are allowed.
    public static func range(_ range: PartialRangeFrom<Int>) -> Constraint {
        Constraint(rules: [("minimum", .integer(Int64(range.lowerBound)))])
    }

    /// Which numbers are allowed.
    public static func range(_ range: ClosedRange<Double>) -> Constraint {
        Constraint(rules: [("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound))])
    }

    /// How many elements an array may have.
    public static func count(_ range: ClosedRange<Int>) -> Constraint {
        Constraint(rules: [("minItems", .integer(Int64(range.lowerBound))), ("maxItems", .integer(Int64(range.upperBound)))])
    }

    /// A regular expression (ECMA 262) that a text has to match.
    public static func pattern(_ expression: String) -> Constraint { Constraint(rules: [("pattern", .string(expression))]) }

    /// Adds the rules to the schema of a type. In a nullable type they apply to what is not null; texts apply to the whole.
    static func apply(_ constraints: [Constraint], to schema: JSONValue) -> JSONValue {
        guard case .object(var object) = schema else { return schema }
        for rule in constraints.flatMap(\.rules) {
            if rule.keyword != "description", rule.keyword != "examples",
                case .array(var branches)? = object["anyOf"], case .object(var first)? = branches.first
            {
                first[rule.keyword] = rule.value
                branches[0] = .object(first)
                object["anyOf"] = .array(branches)
            } else {
                object[rule.keyword] = rule.value
            }
        }
        return .object(object)
    }
}
