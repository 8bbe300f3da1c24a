/// Turns the text of a schema into nodes.
struct SchemaCompiler {
    let resolve: (String) -> JSONValue?
    /// Nodes of components, so that schemas may refer to themselves.
    private var components: [String: SchemaNode] = [:]

    init(resolve: @escaping (String) -> JSONValue?) { self.resolve = resolve }

    private static let annotations: Set<String> = [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "$comment",
    ]

    mutating func compile(_ schema: JSONValue, at path: String) throws(JSONSchemaError) -> SchemaNode {
        let node = SchemaNode()
        try fill(node, with: schema, at: path)
        return node
    }

    private mutating func fill(_ node: SchemaNode, with schema: JSONValue, at path: String) throws(JSONSchemaError) {
        if case .boolean(let allowed) = schema {
            node.isForbidden = !allowed
            return
        }
        guard case .object(let object) = schema else { throw JSONSchemaError(path, "a schema is an object") }
        for (keyword, value) in object.members {
            try read(keyword, value, into: node, at: "\(path)/\(keyword)")
        }
    }

    private mutating func read(
        _ keyword: String, _ value: JSONValue, into node: SchemaNode, at path: String
    ) throws(JSONSchemaError) {
        switch keyword {
        case "type": node.types = try types(value, path)
        case "$ref": node.reference = try reference(value, path)
        case "properties":
            for (name, schema) in try object(value, path).members {
                node.properties.append((name, try compile(schema, at: "\(path)/\(name)")))
            }
        case "required": node.required = try strings(value, path)
        case "additionalProperties": node.additional = try compile(value, at: path)
        case "items": node.items = try compile(value, at: path)
        case "enum":
            guard case .array(let values) = value, !values.isEmpty else { throw JSONSchemaError(path, "a list of values is expected") }
            node.choices = values
        case "const": node.choices = [value]
        case "minLength": node.minimumLength = try size(value, path)
        case "maxLength": node.maximumLength = try size(value, path)
        case "pattern": node.pattern = try pattern(value, path)
        case "format":
            guard case .string(let name) = value else { throw JSONSchemaError(path, "a name is expected") }
            node.format = TextFormat(rawValue: name)
        case "minimum": node.minimum = try number(value, path)
        case "maximum": node.maximum = try number(value, path)
        case "exclusiveMinimum": node.exclusiveMinimum = try number(value, path)
        case "exclusiveMaximum": node.exclusiveMaximum = try number(value, path)
        case "multipleOf": node.multipleOf = try number(value, path)
        case "minItems": node.minimumCount = try size(value, path)
        case "maxItems": node.maximumCount = try size(value, path)
        case "uniqueItems": node.isUnique = value == true
        case "anyOf": node.anyOf = try schemas(value, path)
        case "oneOf": node.oneOf = try schemas(value, path)
        case "allOf": node.allOf = try schemas(value, path)
        default:
            guard Self.annotations.contains(keyword) || keyword.hasPrefix("x-") else {
                throw JSONSchemaError(path, "the keyword \(keyword) is not supported")
            }
        }
    }

    private func types(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> SchemaTypes {
        var types: SchemaTypes = []
        let names: [String]
        if case .string(let name) = value { names = [name] } else { names = try strings(value, path) }
        for name in names {
            guard let type = SchemaTypes(name: name) else {
                throw JSONSchemaError(path, "\"\(name)\" is no type: null, boolean, integer, number, string, array or object")
            }
            types.formUnion(type)
        }
        return types
    }

    private mutating func reference(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> SchemaNode {
        let prefix = "#/components/schemas/"
        guard case .string(let text) = value, text.hasPrefix(prefix) else {
            throw JSONSchemaError(path, "a reference begins with \(prefix)")
        }
        let name = String(text.dropFirst(prefix.count))
        if let known = components[name] { return known }
        guard let schema = resolve(name) else { throw JSONSchemaError(path, "there is no schema \"\(name)\"") }
        // Known before it is filled in, so that it may refer to itself.
        let node = SchemaNode()
        components[name] = node
        try fill(node, with: schema, at: "\(prefix)\(name)")
        return node
    }

    private func pattern(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> SchemaPattern {
        guard case .string(let text) = value else { throw JSONSchemaError(path, "a regular expression is expected") }
        do { return try SchemaPattern(text) } catch {
            throw JSONSchemaError(path, "the regular expression \(text) cannot be read: \(error)")
        }
    }

    private mutating func schemas(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> [SchemaNode] {
        guard case .array(let values) = value, !values.isEmpty else { throw JSONSchemaError(path, "a list of schemas is expected") }
        var nodes: [SchemaNode] = []
        for (index, schema) in values.enumerated() { nodes.append(try compile(schema, at: "\(path)/\(index)")) }
        return nodes
    }

    private func object(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> JSONObject {
        guard case .object(let object) = value else { throw JSONSchemaError(path, "an object is expected") }
        return object
    }

    private func strings(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> [String] {
        guard case .array(let values) = value else { throw JSONSchemaError(path, "a list of names is expected") }
        var names: [String] = []
        for value in values {
            guard case .string(let name) = value else { throw JSONSchemaError(path, "a list of names is expected") }
            names.append(name)
        }
        return names
    }

    private func size(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> Int {
        guard let number = value.asDouble, number >= 0, let size = Int(exactly: number) else {
            throw JSONSchemaError(path, "a whole number that is not negative is expected")
        }
        return size
    }

    private func number(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> Double {
        guard let number = value.asDouble else { throw JSONSchemaError(path, "a number is expected") }
        return number
    }
}

extension JSONValue {
    /// The number, if it is one.
    var asDouble: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
