public import HearthJSON

/// A member of a partial update: left out, or set to a value.
public enum Patch<Value: JSONDecodable & JSONEncodable>: JSONDecodable, JSONEncodable {
    /// The member was not in the text: what is stored stays.
    case unchanged
    /// The member was in the text.
    case value(Value)

    public static var jsonSchema: JSONValue { Value.jsonSchema }
    public static var parts: [any SchemaValue.Type] { [Value.self] }

    public init(json: JSONValue) throws(DecodingFailure) { self = .value(try Value(json: json)) }

    public func write(to json: inout JSONWriter) {
        if case .value(let value) = self { value.write(to: &json) } else { json.null() }
    }

    /// The new value, or what is stored.
    public func applied(to stored: Value) -> Value {
        if case .value(let value) = self { value } else { stored }
    }

    /// The new value, or what is stored; null counts as left out, for a member that is sent as optional and never empty.
    public func applied<Wrapped>(to stored: Wrapped) -> Wrapped where Value == Wrapped? {
        if case .value(let value?) = self { value } else { stored }
    }
}
