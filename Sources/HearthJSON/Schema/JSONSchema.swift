/// A compiled JSON Schema (the part of draft 2020-12 that ``SchemaCompiler`` reads), ready to check values.
///
/// Checking reports every violation at once, one for each wrong value, as pydantic does.
public struct JSONSchema: Sendable {
    private let nodes: [SchemaNode]

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - schema: an object of keywords, or a boolean
    ///   - resolving: gives the schema behind `#/components/schemas/<name>`; asked once for each name
    /// - Throws: ``JSONSchemaError`` with the path to the first keyword that is unknown or has a wrong value.
    public init(
        _ schema: JSONValue, resolving: (_ name: String) -> JSONValue? = { _ in nil }
    ) throws(JSONSchemaError) {
        var compiler = SchemaCompiler()
        _ = try compiler.compile(schema, path: "#")
        while let (name, path) = compiler.nextReference() {
            guard let referred = resolving(name) else {
                throw JSONSchemaError(path: path, message: "there is no schema named \"\(name)\"")
            }
            try compiler.define(name, as: referred)
        }
        try compiler.refuseEndlessReferences()
        nodes = compiler.nodes
    }

    /// Checks a value.
    ///
    /// - Parameters:
    ///   - value: the value
    ///   - location: how the violations name its place
    /// - Returns: all violations in the order of the schema, at most ``maximumViolations``; none when the value is valid.
    public func validate(_ value: JSONValue, at location: [Step] = []) -> [Violation] {
        var validation = SchemaValidation(nodes: nodes, location: location)
        return validation.run(value)
    }

    /// Reads the text of a query, path, header or form value as the type that the schema names, and checks it.
    ///
    /// - Parameters:
    ///   - text: the text, percent-decoded
    ///   - location: how the violations name its place
    /// - Returns: the value (the text itself where it cannot be read as that type) and all violations.
    public func validate(text: String, at location: [Step] = []) -> (JSONValue, [Violation]) {
        let value = TextReading(nodes: nodes).value(of: text, by: 0)
        return (value, validate(value, at: location))
    }

    /// Reads the texts of a repeated query or form value as an array, and checks it.
    ///
    /// - Parameters:
    ///   - texts: the texts in order, percent-decoded
    ///   - location: how the violations name its place
    /// - Returns: the array and all violations.
    public func validate(texts: [String], at location: [Step] = []) -> (JSONValue, [Violation]) {
        let value = TextReading(nodes: nodes).array(of: texts, by: 0)
        return (value, validate(value, at: location))
    }

    /// Reads the fields of a form, which are all texts, as the members that the schema names, and checks them.
    ///
    /// - Parameters:
    ///   - form: the fields by name
    ///   - location: how the violations name its place
    /// - Returns: all violations.
    public func validate(form: JSONObject, at location: [Step] = []) -> [Violation] {
        validate(TextReading(nodes: nodes).object(of: form, by: 0), at: location)
    }

    /// How many violations are reported at most: a large hostile body must not cause a far larger answer.
    public static let maximumViolations = 1000
}

/// A schema that cannot be compiled: which keyword and why.
public struct JSONSchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The keyword, as a JSON Pointer such as `#/properties/name/minLenght`.
    public let path: String
    /// What is wrong with it.
    public let message: String
    /// The path and the message.
    public var description: String { "\(path): \(message)" }
}
