import HearthJSON

/// A parameter of a path, a query or a header, with its compiled schema.
struct OperationParameter: Sendable {
    /// Where it stands.
    enum Location: String, Sendable {
        case path
        case query
        case header
        case cookie
    }

    let name: String
    let location: Location
    let isRequired: Bool
    /// Whether it takes every value of a repeated name.
    let isArray: Bool
    /// Whether some texts are refused.
    let isRestrictive: Bool
    private let schema: JSONSchema

    init(_ value: JSONValue, index: Int, components: (String) -> JSONValue?) throws(OperationError) {
        guard case .object(let object) = value, case .string(let name)? = object["name"],
            case .string(let place)? = object["in"], let location = Location(rawValue: place)
        else { throw OperationError("parameters[\(index)] needs a name and an `in` of path, query, header or cookie") }
        self.name = name
        self.location = location
        isRequired = location == .path || object["required"] == .boolean(true)
        let declared = object["schema"] ?? .object(JSONObject())
        isArray = Self.isArray(declared)
        isRestrictive = isRequired && location != .path || declared != .object(["type": "string"])
        do { schema = try JSONSchema(declared, resolving: components) } catch {
            throw OperationError("the schema of the parameter \(name): \(error)")
        }
    }

    /// Checks the texts that were sent for it and adds what is wrong.
    func check(_ texts: [String], into violations: inout [Violation]) {
        let location: [JSONSchema.Step] = [.name(self.location.rawValue), .name(name)]
        guard let last = texts.last else {
            if isRequired { violations.append(Violation(loc: location, msg: "Field required", type: "missing")) }
            return
        }
        if isArray {
            violations += schema.validate(.array(texts.map { .string($0) }), at: location)
        } else {
            violations += schema.validate(text: last, at: location).1
        }
    }

    private static func isArray(_ schema: JSONValue) -> Bool {
        guard case .object(let object) = schema else { return false }
        if case .array(let branches)? = object["anyOf"] { return branches.contains(where: isArray) }
        return object["type"] == "array"
    }
}
