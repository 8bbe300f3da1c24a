/// Reads the values of keywords.
enum SchemaKeyword {
    static func types(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> [ValueType] {
        let names: [JSONValue] = if case .array(let names) = value { names } else { [value] }
        var types: [ValueType] = []
        for name in names {
            guard case .string(let name) = name, let type = ValueType(rawValue: name) else {
                throw JSONSchemaError(
                    path: path, message: "null, boolean, integer, number, string, array or object was expected")
            }
            types.append(type)
        }
        guard !types.isEmpty else { throw JSONSchemaError(path: path, message: "at least one type was expected") }
        return types
    }

    static func names(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> [String] {
        guard case .array(let values) = value else {
            throw JSONSchemaError(path: path, message: "an array of names was expected")
        }
        var names: [String] = []
        for value in values { names.append(try text(value, path)) }
        return names
    }

    static func text(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> String {
        guard case .string(let text) = value else { throw JSONSchemaError(path: path, message: "a string was expected") }
        return text
    }

    static func pattern(_ value: JSONValue) throws(PatternError) -> String {
        guard case .string(let text) = value else { throw PatternError(message: "a string was expected") }
        return text
    }

    static func count(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> Int {
        guard case .integer(let count) = value, count >= 0 else {
            throw JSONSchemaError(path: path, message: "a whole number from 0 was expected")
        }
        return Int(count)
    }

    static func flag(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> Bool {
        guard case .boolean(let flag) = value else { throw JSONSchemaError(path: path, message: "true or false was expected") }
        return flag
    }

    static func number(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> JSONValue {
        guard value.double != nil else { throw JSONSchemaError(path: path, message: "a number was expected") }
        return value
    }
}
