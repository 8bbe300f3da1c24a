/// Why a text cannot be read as what a schema asks for.
struct TextRefusal: Error {
    let type: String
    let message: String
}

extension SchemaNode {
    /// The schema of a member.
    func property(_ name: String) -> SchemaNode? {
        properties.first { $0.name == name }?.node ?? reference?.property(name)
    }

    /// Reads a text as the first of the types that it fits.
    func read(_ text: String) -> Result<JSONValue, TextRefusal> {
        if let reference { return reference.read(text) }
        let alternatives = anyOf + oneOf
        if types == nil, !alternatives.isEmpty {
            let results = alternatives.filter { !$0.isNull }.map { $0.read(text) }
            return results.first { if case .success = $0 { true } else { false } } ?? results.first ?? .success(.string(text))
        }
        guard let types else { return .success(.string(text)) }
        if types.contains(.string) { return .success(.string(text)) }
        if types.contains(.integer) {
            if let value = Int64(text), !text.hasPrefix("+") { return .success(.integer(value)) }
            return .failure(
                TextRefusal(type: "int_parsing", message: "Input should be a valid integer, unable to parse string as an integer"))
        }
        if types.contains(.number) {
            if let value = Double(text), value.isFinite { return .success(.number(value)) }
            return .failure(
                TextRefusal(type: "float_parsing", message: "Input should be a valid number, unable to parse string as a number"))
        }
        if types.contains(.boolean) {
            switch text.lowercased() {
            case "true", "1", "yes", "on", "t", "y": return .success(.boolean(true))
            case "false", "0", "no", "off", "f", "n": return .success(.boolean(false))
            default:
                return .failure(
                    TextRefusal(type: "bool_parsing", message: "Input should be a valid boolean, unable to interpret input"))
            }
        }
        return .success(.string(text))
    }
}
