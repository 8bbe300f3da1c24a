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
public protocol Input: Object, JSONDecodable {
    /// An instance with the defaults.
    init()
}

/// An object that is written: an answer, the output of a service.
public protocol Output: Object, JSONEncodable {}

extension Object {
    public static var jsonSchema: JSONValue { ["$ref": .string("#/components/schemas/\(schema.name)")] }

    public static var components: [any Object.Type] { [Self.self] + schema.fields.flatMap(\.components) }

    public static var defaults: [String: JSONValue] { [:] }

    /// The schema itself, to be published under its name.
    static var definition: JSONValue {
        let optional = defaults
        var properties = JSONObject()
        var required: [JSONValue] = []
        for field in schema.fields {
            var property = field.schema
            if let value = optional[field.name], !field.isRequired, case .object(var object) = property {
                object["default"] = value
                property = .object(object)
            }
            properties[field.name] = property
            // What is only written is always there.
            if field.isRequired || !(Self.self is any Input.Type) { required.append(.string(field.name)) }
        }
        var definition: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { definition["required"] = .array(required) }
        return .object(definition)
    }
}

extension Input {
    public init(json: JSONValue) throws(DecodingFailure) {
        self.init()
        try Self.schema.read(json, into: &self)
    }

    public static var defaults: [String: JSONValue] {
        let fresh = Self()
        var defaults: [String: JSONValue] = [:]
        for field in schema.fields {
            var json = JSONWriter()
            json.beginObject()
            field.write(fresh, &json)
            json.endObject()
            guard let written = try? JSONValue(parsing: json.bytes), case .object(let object) = written,
                let value = object[field.name]
            else { continue }
            defaults[field.name] = value
        }
        return defaults
    }
}

extension Output {
    @inlinable public func write(to json: inout JSONWriter) { Self.schema.write(self, to: &json) }
}
