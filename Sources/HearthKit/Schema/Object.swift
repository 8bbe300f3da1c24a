public import HearthJSON

/// A type that is a JSON object with a declared form.
public protocol Object: SchemaValue {
    /// The form. Declare it `static let`.
    static var schema: Schema<Self> { get }

    /// Members that a reader may leave out, with what then counts; empty for objects that are only written.
    static var defaults: [String: JSONValue] { get }
}

/// An object that is read: a request body, a query, the input of a service.
///
/// The values of a fresh instance are the defaults; they appear in the API description.
public protocol Input: Object, JSONDecodable, RequestBody {
    /// An instance with the defaults.
    init()
}

/// An object that is written: an answer, the output of a service.
public protocol Output: Object, JSONEncodable {}

extension Object {
    /// A reference to the schema by its name.
    public static var jsonSchema: JSONValue { ["$ref": .string("#/components/schemas/\(schemaName)")] }

    /// None: for objects that are only written.
    public static var defaults: [String: JSONValue] { [:] }

    /// The published name, reachable through an existential.
    static var schemaName: String { schema.name }

    /// The members, reachable through an existential.
    static var members: [ObjectMember] { schema.members }

    /// The types of the members.
    static var memberTypes: [any SchemaValue.Type] { schema.fields.map(\.type) }

    /// The schema itself, to be published under its name.
    static var definition: JSONValue {
        let optional = defaults
        var properties = JSONObject()
        var required: [JSONValue] = []
        for member in members {
            var property = member.schema
            if let value = optional[member.name], !member.isRequired, case .object(var object) = property {
                object["default"] = value
                property = .object(object)
            }
            properties[member.name] = property
            // What is only written is always there.
            if member.isRequired || !(Self.self is any Input.Type) { required.append(.string(member.name)) }
        }
        var definition: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { definition["required"] = .array(required) }
        return .object(definition)
    }
}

extension Input {
    /// The defaults, with the members that are there.
    public init(json: JSONValue) throws(DecodingFailure) {
        self.init()
        try Self.schema.read(json, into: &self)
    }

    /// The values of a fresh instance.
    public static var defaults: [String: JSONValue] {
        let fresh = Self()
        var json = JSONWriter()
        schema.write(fresh, to: &json)
        guard case .object(let object)? = try? JSONValue(parsing: json.bytes) else { return [:] }
        return Dictionary(object.members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Output {
    /// Writes the members in the order of the schema.
    @inlinable public func write(to json: inout JSONWriter) { Self.schema.write(self, to: &json) }
}
