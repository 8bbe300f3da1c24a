import FoundationEssentials
public import HearthJSON

/// A service as `docs/services` publishes it. Who provides it and who calls it declare each for himself what they say and read of it;
/// their tests hold that against this one text.
public struct ServiceContract {
    private let methods: JSONObject
    private let definitions: JSONObject

    /// Reads a published contract.
    ///
    /// - Parameter service: With its version, such as `notifications/1`.
    public init(_ service: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/services/\(service.replacing("/", with: "-")).schema.json")
        let document = try JSONValue(parsing: String(contentsOf: file, encoding: .utf8))
        methods = document.object("properties")
        definitions = document.object("$defs")
    }

    /// The methods in the order in which they are described.
    public var names: [String] { methods.members.map(\.name) }

    /// What is wrong with what a method is sent; nothing when all is as published.
    public func problems(with input: JSONValue, sentTo method: String) throws -> [String] {
        try problems(with: input, method, "input")
    }

    /// What is wrong with what a method answers.
    public func problems(with output: JSONValue, answeredBy method: String) throws -> [String] {
        try problems(with: output, method, "output")
    }

    private func problems(with value: JSONValue, _ method: String, _ direction: String) throws -> [String] {
        guard let schema = methods[method]?.object("properties")[direction] else { throw Missing(what: "\(method) \(direction)") }
        return try JSONSchema(inlined(schema)).validate(value).map { violation in
            "\(violation.loc.map(\.description).joined(separator: ".")): \(violation.msg)"
        }
    }

    /// A schema with what it refers to in it.
    private func inlined(_ schema: JSONValue) throws -> JSONValue {
        switch schema {
        case .array(let values): return .array(try values.map(inlined))
        case .object(let object):
            guard case .string(let reference)? = object["$ref"] else {
                var result = JSONObject()
                for (name, value) in object.members { result[name] = try inlined(value) }
                return .object(result)
            }
            guard let name = reference.split(separator: "/").last, let definition = definitions[String(name)] else {
                throw Missing(what: reference)
            }
            return try inlined(definition)
        case .null, .boolean, .integer, .number, .string: return schema
        }
    }

    private struct Missing: Error { let what: String }
}

extension JSONValue {
    fileprivate func object(_ name: String) -> JSONObject {
        guard case .object(let object) = self, case .object(let member)? = object[name] else { return JSONObject() }
        return member
    }
}
