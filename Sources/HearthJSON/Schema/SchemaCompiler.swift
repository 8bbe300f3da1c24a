/// Turns the JSON of a schema into nodes.
///
/// Keywords: `type enum const $ref allOf anyOf oneOf`, `properties required additionalProperties minProperties maxProperties`,
/// `items minItems maxItems uniqueItems`, `minLength maxLength pattern format`,
/// `minimum maximum exclusiveMinimum exclusiveMaximum multipleOf`, and annotations, which say nothing about validity; the
/// first of `examples` helps those whose text does not match a pattern.
/// Any other keyword is refused: a rule that is silently not applied is worse than none.
struct SchemaCompiler {
    private(set) var nodes: [SchemaNode] = []
    private var references: [String: Int] = [:]
    private var unresolved: [(name: String, path: String)] = []

    private static let annotations: Set<String> = [
        "title", "description", "default", "example", "deprecated", "readOnly", "writeOnly", "$comment",
        "discriminator", "externalDocs", "contentEncoding", "contentMediaType",
    ]

    /// The next name whose schema is needed, with the path of its first use.
    mutating func nextReference() -> (name: String, path: String)? { unresolved.popLast() }

    /// Compiles the schema behind a name.
    mutating func define(_ name: String, as schema: JSONValue) throws(JSONSchemaError) {
        guard let index = references[name] else { return }
        let node = try node(schema, path: "#/components/schemas/\(name)")
        nodes[index] = node
        nodes[index].label = name
    }

    /// Compiles a schema and returns its position.
    mutating func compile(_ schema: JSONValue, path: String) throws(JSONSchemaError) -> Int {
        let index = nodes.count
        nodes.append(SchemaNode())
        nodes[index] = try node(schema, path: path)
        return index
    }

    private mutating func node(_ schema: JSONValue, path: String) throws(JSONSchemaError) -> SchemaNode {
        var node = SchemaNode()
        switch schema {
        case .boolean(let isAllowed): node.refusesAll = !isAllowed
        case .object(let object):
            for (keyword, value) in object.members {
                let path = "\(path)/\(keyword)"
                if try readGeneral(keyword, value, path, &node) { continue }
                if try readObject(keyword, value, path, &node) { continue }
                if try readArray(keyword, value, path, &node) { continue }
                if try readScalar(keyword, value, path, &node) { continue }
                guard Self.annotations.contains(keyword) || keyword.hasPrefix("x-") else {
                    throw JSONSchemaError(path: path, message: "an unknown keyword")
                }
            }
            try arrangeRequired(object["required"], path, &node)
            if node.label == "any" { node.label = label(of: node) }
        default: throw JSONSchemaError(path: path, message: "a schema is an object or a boolean")
        }
        return node
    }

    private mutating func readGeneral(
        _ keyword: String, _ value: JSONValue, _ path: String, _ node: inout SchemaNode
    ) throws(JSONSchemaError) -> Bool {
        switch keyword {
        case "type": node.types = try SchemaKeyword.types(value, path)
        case "enum":
            guard case .array(let values) = value, !values.isEmpty else {
                throw JSONSchemaError(path: path, message: "an array of values was expected")
            }
            node.allowed = AllowedValues(values, type: "enum")
        case "const": node.allowed = AllowedValues([value], type: "literal_error")
        case "$ref":
            let (name, index) = try reference(value, path)
            node.reference = index
            node.label = name
        case "allOf": node.allOf += try branches(value, path).indices
        case "anyOf", "oneOf":
            let (indices, others) = try branches(value, path)
            if indices.count == 1 {
                node.allOf += indices
            } else if others.count == 1, indices.count == 2 {
                node.unlessNull = others[0]
            } else if keyword == "anyOf" {
                node.anyOf = indices
            } else {
                node.oneOf = indices
            }
        default: return false
        }
        return true
    }

    private mutating func readObject(
        _ keyword: String, _ value: JSONValue, _ path: String, _ node: inout SchemaNode
    ) throws(JSONSchemaError) -> Bool {
        var rules = node.object ?? ObjectRules()
        switch keyword {
        case "properties":
            guard case .object(let object) = value else {
                throw JSONSchemaError(path: path, message: "an object of schemas was expected")
            }
            for (name, schema) in object.members {
                let index = try compile(schema, path: "\(path)/\(name)")
                rules.positions[name] = rules.properties.count
                rules.properties.append(.init(name: name, schema: index, isRequired: false))
            }
        case "required": break  // read last, when the properties are known
        case "additionalProperties":
            if value == false { rules.refusesOthers = true } else { rules.others = try compile(value, path: path) }
        case "minProperties": rules.minimumCount = try SchemaKeyword.count(value, path)
        case "maxProperties": rules.maximumCount = try SchemaKeyword.count(value, path)
        default: return false
        }
        node.object = rules
        return true
    }

    private func arrangeRequired(
        _ value: JSONValue?, _ path: String, _ node: inout SchemaNode
    ) throws(JSONSchemaError) {
        guard let value, var rules = node.object else { return }
        for name in try SchemaKeyword.names(value, "\(path)/required") {
            if let position = rules.positions[name] {
                rules.properties[position].isRequired = true
            } else {
                rules.furtherRequired.append(name)
            }
        }
        node.object = rules
    }

    private mutating func readArray(
        _ keyword: String, _ value: JSONValue, _ path: String, _ node: inout SchemaNode
    ) throws(JSONSchemaError) -> Bool {
        var rules = node.array ?? ArrayRules()
        switch keyword {
        case "items": rules.items = try compile(value, path: path)
        case "minItems": rules.minimumCount = try SchemaKeyword.count(value, path)
        case "maxItems": rules.maximumCount = try SchemaKeyword.count(value, path)
        case "uniqueItems": rules.areUnique = try SchemaKeyword.flag(value, path)
        default: return false
        }
        node.array = rules
        return true
    }

    private func readScalar(
        _ keyword: String, _ value: JSONValue, _ path: String, _ node: inout SchemaNode
    ) throws(JSONSchemaError) -> Bool {
        switch keyword {
        case "minLength": node.string.minimumLength = try SchemaKeyword.count(value, path)
        case "maxLength": node.string.maximumLength = try SchemaKeyword.count(value, path)
        case "format": node.string.format = TextFormat(rawValue: try SchemaKeyword.text(value, path))
        case "pattern":
            do throws(PatternError) { node.string.pattern = try Pattern(SchemaKeyword.pattern(value)) } catch {
                throw JSONSchemaError(path: path, message: error.message)
            }
        case "examples":
            if case .array(let examples) = value, case .string(let example)? = examples.first { node.string.example = example }
        case "minimum": node.number.minimum = try SchemaKeyword.number(value, path)
        case "maximum": node.number.maximum = try SchemaKeyword.number(value, path)
        case "exclusiveMinimum": node.number.exclusiveMinimum = try SchemaKeyword.number(value, path)
        case "exclusiveMaximum": node.number.exclusiveMaximum = try SchemaKeyword.number(value, path)
        case "multipleOf":
            node.number.multipleOf = try SchemaKeyword.number(value, path)
            guard value.double ?? 0 > 0 else { throw JSONSchemaError(path: path, message: "a number above 0 was expected") }
        default: return false
        }
        return true
    }

    private mutating func branches(
        _ value: JSONValue, _ path: String
    ) throws(JSONSchemaError) -> (indices: [Int], otherThanNull: [Int]) {
        guard case .array(let schemas) = value, !schemas.isEmpty else {
            throw JSONSchemaError(path: path, message: "an array of schemas was expected")
        }
        var indices: [Int] = []
        var others: [Int] = []
        for (position, schema) in schemas.enumerated() {
            let index = try compile(schema, path: "\(path)/\(position)")
            indices.append(index)
            if nodes[index].types != [.null] { others.append(index) }
        }
        return (indices, others)
    }

    private mutating func reference(_ value: JSONValue, _ path: String) throws(JSONSchemaError) -> (name: String, index: Int) {
        let prefix = "#/components/schemas/"
        guard case .string(let text) = value, text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else {
            throw JSONSchemaError(path: path, message: "a text that begins with \(prefix) was expected")
        }
        let name = String(text.dropFirst(prefix.count))
        if let known = references[name] { return (name, known) }
        let index = nodes.count
        nodes.append(SchemaNode())
        references[name] = index
        unresolved.append((name, path))
        return (name, index)
    }

    private func label(of node: SchemaNode) -> String {
        if let format = node.string.format, node.types == [.string] { return format.label }
        switch node.types.first {
        case .null: return "none"
        case .boolean: return "bool"
        case .integer: return "int"
        case .number: return "float"
        case .string: return node.allowed == nil ? "str" : "enum"
        case .array: return node.array?.items.map { "list[\(nodes[$0].label)]" } ?? "list"
        case .object: return "dict"
        case nil: return node.allowed == nil ? "any" : "enum"
        }
    }

    /// Refuses schemas that lead back to themselves without going into the value: checking them would never end.
    func refuseEndlessReferences() throws(JSONSchemaError) {
        var isClear = [Bool](repeating: false, count: nodes.count)
        var isOpen = isClear
        func visit(_ index: Int) throws(JSONSchemaError) {
            if isClear[index] { return }
            guard !isOpen[index] else {
                throw JSONSchemaError(path: "#/components/schemas/\(nodes[index].label)", message: "it refers only to itself")
            }
            isOpen[index] = true
            let node = nodes[index]
            for next in node.allOf + node.anyOf + node.oneOf { try visit(next) }
            if let next = node.reference { try visit(next) }
            if let next = node.unlessNull { try visit(next) }
            isClear[index] = true
        }
        for index in nodes.indices { try visit(index) }
    }
}
