import CHearth
import HearthJSON

/// A request, decoded and validated by the route's declaration.
public struct Request<Query: Sendable, Body: Sendable>: Sendable {
    /// On whose behalf the handler works: pass it to everything that touches data.
    public let context: Context
    /// The query parameters.
    public let query: Query
    /// The body.
    public let body: Body

    let raw: RawRequest

    /// Who calls.
    ///
    /// - Throws: ``Failure`` 401 in a route that is open to everybody when nobody is authenticated.
    public var user: ContextInfo.Actor {
        get throws(Failure) {
            guard let actor = raw.actor else { throw Failure(401, "Not authenticated") }
            return actor
        }
    }

    /// The value of a path parameter.
    ///
    /// - Throws: ``Failure`` 422 when the path has no such parameter.
    public subscript<Value>(parameter: PathParameter<Value>) -> Value {
        get throws(Failure) {
            guard let value = raw.pathValue(parameter) else {
                throw Failure.invalid(.init(at: ["path", parameter.name], "Field required", type: "missing"))
            }
            return value
        }
    }

    /// A header field; repeated ones are joined with a comma.
    public func header(_ name: String) -> String? { raw.header(name) }

    /// The parts of a form, if the body is one.
    public var form: [FormPart] { raw.form }
}

/// A part of a form.
public struct FormPart: Sendable {
    /// The field's name.
    public let name: String
    /// The name of the file; nil when it is not one.
    public let fileName: String?
    /// The media type, if given.
    public let contentType: String?
    /// The content.
    public let content: [UInt8]
}

/// No query parameters, or no body.
public struct Nothing: Sendable, Input, Output {
    /// Nothing.
    public init() {}
    public static let schema = Schema<Nothing>("Nothing") {}
}

/// The request as the host hands it over.
///
/// Sendable because what it points to is read only and lives until the request is completed, which the endpoint does last.
struct RawRequest: @unchecked Sendable {
    let pointer: UnsafePointer<hearth_request>
    let runtime: PluginRuntime
    /// The names of the path's parameters in the order of the template.
    let pathNames: [String]

    var actor: ContextInfo.Actor? { pointer.pointee.actor.map { ContextInfo.Actor($0) } }

    func pathValue<Value>(_ parameter: PathParameter<Value>) -> Value? {
        guard let index = pathNames.firstIndex(of: parameter.name), index < Int(pointer.pointee.path_value_count),
            let values = pointer.pointee.path_values
        else { return nil }
        return try? Value(json: TextCoercion.json(String(values[index]), by: Value.jsonSchema))
    }

    func header(_ name: String) -> String? {
        guard let http = try? runtime.http else { return nil }
        var value = hearth_string(data: nil, length: 0)
        let status = name.lending { http.pointee.header(runtime.host, pointer.pointee.context, $0, &value) }
        return status == HearthStatus.ok.rawValue ? String(value) : nil
    }

    /// The query parameters as an object; repeated names become arrays where the schema says so.
    func query(_ properties: [(name: String, schema: JSONValue, isRequired: Bool)]) -> JSONValue {
        var object = JSONObject()
        let pairs = UnsafeBufferPointer(start: pointer.pointee.query, count: Int(pointer.pointee.query_count))
        for property in properties {
            let values = pairs.filter { String($0.name) == property.name }.map { String($0.value) }
            guard let last = values.last else { continue }
            if let element = TextCoercion.element(of: property.schema) {
                object[property.name] = .array(values.map { TextCoercion.json($0, by: element) })
            } else {
                object[property.name] = TextCoercion.json(last, by: property.schema)
            }
        }
        return .object(object)
    }

    /// The body as JSON; a form becomes an object of its fields.
    func body(_ properties: [(name: String, schema: JSONValue, isRequired: Bool)]) throws -> JSONValue {
        switch pointer.pointee.body_kind {
        case 2: return try JSONValue(parsing: UnsafeRawBufferPointer(pointer.pointee.body.buffer))
        case 3:
            var object = JSONObject()
            let fields = form
            for property in properties {
                guard let field = fields.last(where: { $0.name == property.name }) else { continue }
                object[property.name] = TextCoercion.json(String(decoding: field.content, as: UTF8.self), by: property.schema)
            }
            return .object(object)
        default: return .object(JSONObject())
        }
    }

    var form: [FormPart] {
        UnsafeBufferPointer(start: pointer.pointee.parts, count: Int(pointer.pointee.part_count)).map {
            FormPart(
                name: String($0.name), fileName: $0.file_name.length == 0 ? nil : String($0.file_name),
                contentType: $0.content_type.length == 0 ? nil : String($0.content_type), content: Array($0.content.buffer))
        }
    }
}
