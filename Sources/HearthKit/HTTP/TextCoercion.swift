import HearthJSON

/// Reads the text of a query, path or form value as the type that its schema names. The host has validated it.
enum TextCoercion {
    static func json(_ text: String, by schema: JSONValue) -> JSONValue {
        guard case .object(let object) = schema else { return .string(text) }
        if case .array(let branches)? = object["anyOf"], let first = branches.first { return json(text, by: first) }
        guard case .string(let type)? = object["type"] else { return .string(text) }
        switch type {
        case "integer": return Int64(text).map { .integer($0) } ?? .string(text)
        case "number": return Double(text).map { .number($0) } ?? .string(text)
        case "boolean": return boolean(text).map { .boolean($0) } ?? .string(text)
        default: return .string(text)
        }
    }

    /// The schema of an array's elements, if it is one.
    static func element(of schema: JSONValue) -> JSONValue? {
        guard case .object(let object) = schema else { return nil }
        if case .array(let branches)? = object["anyOf"], let first = branches.first { return element(of: first) }
        guard case .string("array")? = object["type"] else { return nil }
        return object["items"]
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1", "yes", "on", "t", "y": true
        case "false", "0", "no", "off", "f", "n": false
        default: nil
        }
    }
}
