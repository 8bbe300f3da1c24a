/// A compiled JSON Schema (draft 2020-12, the part that describes requests and answers): finds everything that is wrong
/// with a value at once.
///
/// Keywords: `type`, `properties`, `required`, `additionalProperties`, `items`, `enum`, `const`, `minLength`, `maxLength`,
/// `pattern`, `format`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minItems`, `maxItems`,
/// `uniqueItems`, `anyOf`, `oneOf`, `allOf`, `$ref` to `#/components/schemas/…`, and annotations. Any other keyword is
/// refused when the schema is compiled, so that none is silently without effect.
public struct JSONSchema: Sendable {
    /// A step on the way to a value.
    public enum Step: Sendable, Hashable {
        /// A member of an object.
        case name(String)
        /// An element of an array.
        case index(Int)
    }

    let root: SchemaNode

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - schema: the schema
    ///   - resolving: finds the schema that is published under a name
    /// - Throws: ``JSONSchemaError`` with the path of the first mistake.
    public init(_ schema: JSONValue, resolving: (String) -> JSONValue? = { _ in nil }) throws(JSONSchemaError) {
        // The compiler keeps the function only while this initialiser runs.
        root = try withoutActuallyEscaping(resolving) { resolve throws(JSONSchemaError) in
            var compiler = SchemaCompiler(resolve: resolve)
            return try compiler.compile(schema, at: "")
        }
    }

    /// Checks a value.
    ///
    /// - Parameters:
    ///   - value: the value
    ///   - location: where it stands, the beginning of each violation's place
    /// - Returns: everything that is wrong; empty for a valid value.
    public func validate(_ value: JSONValue, at location: [Step] = []) -> [Violation] {
        var violations: [Violation] = []
        root.check(value, at: location, into: &violations)
        return violations
    }

    /// Checks the text of a query, path, header or form value as what the schema says it is: `"5"` is an integer where one
    /// is asked for.
    ///
    /// - Returns: the value as read, and everything that is wrong with it.
    public func validate(text: String, at location: [Step] = []) -> (JSONValue, [Violation]) {
        switch root.read(text) {
        case .success(let value): return (value, validate(value, at: location))
        case .failure(let refusal): return (.string(text), [Violation(loc: location, msg: refusal.message, type: refusal.type)])
        }
    }

    /// Checks the fields of a form, whose values are all texts, as what the schema says they are.
    ///
    /// - Parameters:
    ///   - fields: an object of texts
    ///   - location: where the form stands
    /// - Returns: everything that is wrong
    public func validate(fields: JSONObject, at location: [Step] = []) -> [Violation] {
        var typed = JSONObject()
        for (name, value) in fields.members {
            guard case .string(let text) = value, case .success(let read)? = root.property(name)?.read(text) else {
                typed[name] = value
                continue
            }
            typed[name] = read
        }
        return validate(.object(typed), at: location)
    }
}

/// A schema that cannot be compiled.
public struct JSONSchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where in the schema, such as `/properties/title/minLength`.
    public let path: String
    /// What is wrong.
    public let message: String
    /// The message with its place.
    public var description: String { "\(path.isEmpty ? "the schema" : path): \(message)" }

    init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }
}
