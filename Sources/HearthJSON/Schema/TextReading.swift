/// Reads texts of queries, paths, headers and forms as the types that a schema names.
///
/// A text that cannot be read stays a string, for which the check then has the right words.
struct TextReading {
    let nodes: [SchemaNode]

    func value(of text: String, by index: Int) -> JSONValue {
        let node = nodes[index]
        if let reference = node.reference { return value(of: text, by: reference) }
        if let branch = node.unlessNull { return value(of: text, by: branch) }
        for branch in node.anyOf + node.oneOf {
            let value = value(of: text, by: branch)
            var validation = SchemaValidation(nodes: nodes, location: [])
            validation.check(value, branch)
            if validation.violations.isEmpty { return value }
        }
        for type in node.types {
            switch type {
            case .integer: if let value = Int64(text) { return .integer(value) }
            case .number: if let value = Self.number(text) { return value }
            case .boolean: if let value = Self.boolean(text) { return .boolean(value) }
            case .array: return array(of: [text], by: index)
            case .string, .object, .null: break
            }
        }
        if node.types.isEmpty, let part = node.allOf.first { return value(of: text, by: part) }
        return .string(text)
    }

    func array(of texts: [String], by index: Int) -> JSONValue {
        .array(texts.map { text in items(of: index).map { value(of: text, by: $0) } ?? .string(text) })
    }

    /// The fields of a form, each read as the member of that name.
    func object(of fields: JSONObject, by index: Int) -> JSONValue {
        var object = JSONObject()
        for (name, value) in fields.members {
            if case .string(let text) = value, let member = member(name, of: index) {
                object[name] = self.value(of: text, by: member)
            } else {
                object[name] = value
            }
        }
        return .object(object)
    }

    /// The schema of a member, wherever the object's schema stands.
    private func member(_ name: String, of index: Int) -> Int? {
        let node = nodes[index]
        if let member = node.object?.properties[name] { return member }
        for next in [node.reference, node.unlessNull].compactMap({ $0 }) + node.allOf + node.anyOf + node.oneOf {
            if let member = member(name, of: next) { return member }
        }
        return nil
    }

    /// The schema of the elements, wherever the array's schema stands.
    private func items(of index: Int) -> Int? {
        let node = nodes[index]
        if let items = node.array?.items { return items }
        for next in [node.reference, node.unlessNull].compactMap({ $0 }) + node.allOf + node.anyOf + node.oneOf {
            if let items = items(of: next) { return items }
        }
        return nil
    }

    static func number(_ text: String) -> JSONValue? {
        // What JSON takes as a number, so no "nan", "inf" or hexadecimal digits, but leading zeros.
        if let value = Int64(text) { return .integer(value) }
        guard let value = try? JSONValue(parsing: text), value.double != nil else { return nil }
        return value
    }

    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1", "yes", "on", "t", "y": true
        case "false", "0", "no", "off", "f", "n": false
        default: nil
        }
    }
}
