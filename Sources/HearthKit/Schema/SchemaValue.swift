public import HearthJSON

/// A Swift type that has a place in JSON: it knows its JSON Schema.
public protocol SchemaValue: Sendable {
    /// The JSON Schema of this type, such as `{"type": "integer"}`.
    static var jsonSchema: JSONValue { get }

    /// The types that this one is made of, such as the elements of an array: objects among them are published beside it.
    static var parts: [any SchemaValue.Type] { get }
}

extension SchemaValue {
    /// None.
    public static var parts: [any SchemaValue.Type] { [] }
}

/// A type that can be read from JSON.
public protocol JSONDecodable: SchemaValue {
    /// Reads a value that the host has validated by the schema.
    ///
    /// - Throws: ``DecodingFailure`` when it is of another kind all the same.
    init(json: JSONValue) throws(DecodingFailure)
}

/// A type that can be written as JSON, straight into the buffer of the answer.
public protocol JSONEncodable: SchemaValue {
    /// Writes the value.
    func write(to json: inout JSONWriter)
}

/// JSON that does not have the declared form.
public struct DecodingFailure: Error, CustomStringConvertible, Sendable {
    /// What was expected.
    public let expected: String
    /// Where, from the root of the text.
    public private(set) var path: [String] = []
    /// A readable form for logs; never holds the value.
    public var description: String { "expected \(expected) at \(path.isEmpty ? "the root" : path.joined(separator: "."))" }

    /// - Parameter expected: What was expected.
    public init(expected: String) { self.expected = expected }

    /// The same failure as seen from the container of the value.
    func inside(_ step: String) -> DecodingFailure {
        var located = self
        located.path.insert(step, at: 0)
        return located
    }
}
