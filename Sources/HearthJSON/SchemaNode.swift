/// The types of JSON as a set.
struct SchemaTypes: OptionSet, Sendable {
    let rawValue: UInt8

    static let null = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    static let number = SchemaTypes(rawValue: 8)
    static let string = SchemaTypes(rawValue: 16)
    static let array = SchemaTypes(rawValue: 32)
    static let object = SchemaTypes(rawValue: 64)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(name: String) {
        switch name {
        case "null": self = .null
        case "boolean": self = .boolean
        case "integer": self = .integer
        case "number": self = .number
        case "string": self = .string
        case "array": self = .array
        case "object": self = .object
        default: return nil
        }
    }

    /// Whether a value is of one of the types; a number without fraction is an integer.
    func contain(_ value: JSONValue) -> Bool {
        switch value {
        case .null: contains(.null)
        case .boolean: contains(.boolean)
        case .integer: contains(.integer) || contains(.number)
        case .number(let number): contains(.number) || contains(.integer) && Int64(exactly: number) != nil
        case .string: contains(.string)
        case .array: contains(.array)
        case .object: contains(.object)
        }
    }
}

/// A schema or a part of one, compiled.
///
/// Sendable because it is filled in by the compiler before anybody else sees it and never changed again; a class, since
/// schemas may refer to themselves.
final class SchemaNode: @unchecked Sendable {
    var isForbidden = false
    var types: SchemaTypes?
    var reference: SchemaNode?
    var properties: [(name: String, node: SchemaNode)] = []
    var required: [String] = []
    var additional: SchemaNode?
    var items: SchemaNode?
    var choices: [JSONValue]?
    var minimumLength: Int?
    var maximumLength: Int?
    var pattern: SchemaPattern?
    var format: TextFormat?
    var minimum: Double?
    var maximum: Double?
    var exclusiveMinimum: Double?
    var exclusiveMaximum: Double?
    var multipleOf: Double?
    var minimumCount: Int?
    var maximumCount: Int?
    var isUnique = false
    var anyOf: [SchemaNode] = []
    var oneOf: [SchemaNode] = []
    var allOf: [SchemaNode] = []

    /// Whether it says nothing but null.
    var isNull: Bool { types == .null }
}

/// A regular expression that texts are searched for.
///
/// Sendable although `Regex` is not: it compiles its program when first used, which `init` does, and only reads it afterwards.
struct SchemaPattern: @unchecked Sendable {
    let text: String
    private let regex: Regex<AnyRegexOutput>

    init(_ text: String) throws {
        self.text = text
        regex = try Regex(text).matchingSemantics(.unicodeScalar)
        _ = matches("")
    }

    func matches(_ value: String) -> Bool {
        do { return try regex.firstMatch(in: value) != nil } catch { return false }
    }
}
