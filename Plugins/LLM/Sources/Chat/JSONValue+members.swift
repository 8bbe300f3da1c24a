import HearthKit

/// Reading JSON of others: what is missing or of another kind is nil, and never an error by itself.
extension JSONValue {
    /// A member of an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The text.
    var string: String? { if case .string(let value) = self { value } else { nil } }

    /// A whole number, also one that is written with a fraction of zero.
    var int: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// A count of tokens that somebody else tells, within reason: it is added to others, and charged.
    var tokens: Int { min(max(0, int ?? 0), 1_000_000_000) }

    /// Whether it is `true`.
    var isTrue: Bool { self == .boolean(true) }

    /// The elements of an array; none of anything else.
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }

    /// Reads the text of JSON that stands in a string: the text itself when it is none.
    static func read(_ text: String) -> JSONValue {
        // No arguments at all are an empty object: that is how a stream without a piece of them ends.
        if text.isEmpty { return [:] }
        return (try? JSONValue(parsing: text)) ?? .string(text)
    }
}
