import HearthJSON

/// Reads input that does not come as the body of a request, such as the lines of a file, by the rules of its schema, as the host
/// reads bodies.
public struct InputReader<Value: Input>: Sendable {
    private let schema: JSONSchema
    private let members: [String: JSONValue]

    /// Prepares the reading: once, not for each value.
    ///
    /// - Throws: `JSONSchemaError` when the rules of the schema contradict each other.
    public init() throws(JSONSchemaError) {
        var components = Components()
        components.add(Value.self)
        schema = try JSONSchema(Value.definition) { name in
            components.all.first { $0.schemaName == name }?.definition
        }
        members = Dictionary(Value.members.map { ($0.name, $0.schema) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads a value.
    ///
    /// - Parameters:
    ///   - fields: The members by name. Texts are read as the types that the schema names, as those of a form are.
    ///   - location: How problems name the place of the value.
    /// - Throws: ``Failure`` 422 with everything that is wrong.
    public func read(_ fields: JSONObject, at location: [String]) throws(Failure) -> Value {
        let violations = schema.validate(form: fields, at: location.map { .name($0) })
        guard violations.isEmpty else {
            throw Failure(
                422, "Invalid input",
                errors: violations.map { .init(at: $0.loc.map(\.description), $0.msg, type: $0.type) })
        }
        var object = JSONObject()
        for (name, value) in fields.members {
            guard let schema = members[name] else { continue }
            if case .string(let text) = value { object[name] = TextCoercion.json(text, by: schema) } else { object[name] = value }
        }
        do throws(DecodingFailure) { return try Value(json: .object(object)) } catch {
            throw .invalid(.init(at: location + error.path, "Input should be \(error.expected)"))
        }
    }
}
