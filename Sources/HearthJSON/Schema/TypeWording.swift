/// What is said about a value of the wrong type.
enum TypeWording {
    static func violation(of value: JSONValue, expected node: SchemaNode) -> (type: String, message: String) {
        switch node.types.first(where: { $0 != .null }) {
        case .boolean: boolean(value)
        case .integer: integer(value)
        case .number: number(value)
        case .string: node.string.format?.wrongType ?? ("string_type", "Input should be a valid string")
        case .array: ("list_type", "Input should be a valid list")
        case .object where node.object?.properties.isEmpty == false:
            ("model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
        case .object: ("dict_type", "Input should be a valid dictionary")
        case .null, nil: ("none_required", "Input should be None")
        }
    }

    private static func boolean(_ value: JSONValue) -> (String, String) {
        switch value {
        case .string(let text) where TextReading.boolean(text) == nil:
            ("bool_parsing", "Input should be a valid boolean, unable to interpret input")
        default: ("bool_type", "Input should be a valid boolean")
        }
    }

    private static func integer(_ value: JSONValue) -> (String, String) {
        switch value {
        case .number(let number):
            number.rounded() == number
                ? ("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
                : ("int_from_float", "Input should be a valid integer, got a number with a fractional part")
        case .string(let text) where Int64(text) == nil:
            isWhole(text)
                ? ("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
                : ("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
        default: ("int_type", "Input should be a valid integer")
        }
    }

    private static func number(_ value: JSONValue) -> (String, String) {
        switch value {
        case .string(let text) where TextReading.number(text) == nil:
            ("float_parsing", "Input should be a valid number, unable to parse string as a number")
        default: ("float_type", "Input should be a valid number")
        }
    }

    private static func isWhole(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
