/// A JSON value as a tree.
public enum JSONValue: Sendable, Equatable {
    /// `null`
    case null
    /// `true` or `false`
    case boolean(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A text.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)
}

/// The members of a JSON object, in order. Two are equal when they have the same members, in any order.
public struct JSONObject: Sendable, Equatable {
    /// The members in order; names are unique.
    public private(set) var members: [(name: String, value: JSONValue)] = []

    /// An empty object.
    public init() {}

    /// Finds, replaces, adds or (with nil) removes a member.
    public subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member whose name is known to be new.
    mutating func append(_ name: String, _ value: JSONValue) { members.append((name, value)) }

    /// Whether both have the same members, in any order.
    public static func == (a: JSONObject, b: JSONObject) -> Bool { a.isSame(as: b, by: ==) }

    func isSame(as other: JSONObject, by areSame: (JSONValue, JSONValue) -> Bool) -> Bool {
        guard members.count == other.members.count else { return false }
        // Mostly the order is the same; where it is not, a dictionary keeps large objects from costing their square.
        var positions: [String: Int]?
        for (index, member) in members.enumerated() {
            var twin = other.members[index]
            if twin.name != member.name {
                if positions == nil {
                    positions = Dictionary(uniqueKeysWithValues: other.members.enumerated().map { ($1.name, $0) })
                }
                guard let position = positions?[member.name] else { return false }
                twin = other.members[position]
            }
            guard areSame(member.value, twin.value) else { return false }
        }
        return true
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members in the order of the literal; a repeated name keeps its last value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (name, value) in elements { self[name] = value }
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    /// The value that the literal names.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
    /// The value that the literal names.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// The value that the literal names.
    public init(stringLiteral value: String) { self = .string(value) }
    /// The value that the literal names.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// The value that the literal names.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// The value that the literal names.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// The value that the literal names.
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
    /// Writes the value.
    public func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .boolean(let value): json.value(value)
        case .integer(let value): json.value(value)
        case .number(let value): json.value(value)
        case .string(let value): json.value(value)
        case .array(let values):
            json.beginArray()
            for value in values { value.write(to: &json) }
            json.endArray()
        case .object(let object):
            json.beginObject()
            for (name, value) in object.members {
                json.key(name)
                value.write(to: &json)
            }
            json.endObject()
        }
    }

    /// The value as JSON text.
    public var text: String {
        var json = JSONWriter()
        write(to: &json)
        return json.text
    }
}
