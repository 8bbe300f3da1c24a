public import HearthJSON

extension String: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "string"] }
    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .string(let value) = json else { throw DecodingFailure(expected: "a string") }
        self = value
    }
    @inlinable public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Int: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "integer", "format": "int64"] }
    public init(json: JSONValue) throws(DecodingFailure) {
        switch json {
        case .integer(let value): self = Int(value)
        case .number(let value):
            // 1.0 is an integer by JSON Schema.
            guard let exact = Int(exactly: value) else { throw DecodingFailure(expected: "an integer") }
            self = exact
        default: throw DecodingFailure(expected: "an integer")
        }
    }
    @inlinable public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Double: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "number"] }
    public init(json: JSONValue) throws(DecodingFailure) {
        switch json {
        case .integer(let value): self = Double(value)
        case .number(let value): self = value
        default: throw DecodingFailure(expected: "a number")
        }
    }
    @inlinable public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Bool: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "boolean"] }
    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .boolean(let value) = json else { throw DecodingFailure(expected: "true or false") }
        self = value
    }
    @inlinable public func write(to json: inout JSONWriter) { json.value(self) }
}

extension Optional: SchemaValue where Wrapped: SchemaValue {
    public static var jsonSchema: JSONValue { ["anyOf": [Wrapped.jsonSchema, ["type": "null"]]] }
    public static var parts: [any SchemaValue.Type] { [Wrapped.self] }
}

extension Optional: JSONDecodable where Wrapped: JSONDecodable {
    public init(json: JSONValue) throws(DecodingFailure) {
        if case .null = json { self = nil } else { self = try Wrapped(json: json) }
    }
}

extension Optional: JSONEncodable where Wrapped: JSONEncodable {
    @inlinable public func write(to json: inout JSONWriter) {
        if let self { self.write(to: &json) } else { json.null() }
    }
}

extension Array: SchemaValue where Element: SchemaValue {
    public static var jsonSchema: JSONValue { ["type": "array", "items": Element.jsonSchema] }
    public static var parts: [any SchemaValue.Type] { [Element.self] }
}

extension Array: JSONDecodable where Element: JSONDecodable {
    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .array(let values) = json else { throw DecodingFailure(expected: "an array") }
        self = []
        reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do { append(try Element(json: value)) } catch { throw error.inside("\(index)") }
        }
    }
}

extension Array: JSONEncodable where Element: JSONEncodable {
    @inlinable public func write(to json: inout JSONWriter) {
        json.beginArray()
        for element in self { element.write(to: &json) }
        json.endArray()
    }
}

/// An object whose members are not known beforehand, all of one type.
extension Dictionary: SchemaValue where Key == String, Value: SchemaValue {
    public static var jsonSchema: JSONValue { ["type": "object", "additionalProperties": Value.jsonSchema] }
    public static var parts: [any SchemaValue.Type] { [Value.self] }
}

extension Dictionary: JSONEncodable where Key == String, Value: JSONEncodable {
    /// By name, so that equal values are equal texts.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        for (name, value) in sorted(by: { $0.key < $1.key }) {
            json.key(name)
            value.write(to: &json)
        }
        json.endObject()
    }
}

extension JSONValue: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { [:] }
    public init(json: JSONValue) throws(DecodingFailure) { self = json }
    // `write(to:)` is HearthJSON's own.
}

/// An object of any form.
extension JSONObject: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "object"] }
    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .object(let object) = json else { throw DecodingFailure(expected: "an object") }
        self = object
    }
    public func write(to json: inout JSONWriter) { JSONValue.object(self).write(to: &json) }
}

/// An enumeration of texts is written and read as its raw value, and its schema lists the cases.
public protocol JSONEnum: JSONDecodable, JSONEncodable, RawRepresentable, CaseIterable where RawValue == String {}

extension JSONEnum {
    public static var jsonSchema: JSONValue {
        ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })]
    }
    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .string(let text) = json, let value = Self(rawValue: text) else {
            throw DecodingFailure(expected: "one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = value
    }
    @inlinable public func write(to json: inout JSONWriter) { json.value(rawValue) }
}
