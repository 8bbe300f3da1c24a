import CHearth
import HearthJSON

/// The request as the host hands it over, to be decoded before the handler runs.
///
/// Sendable because what it points to is read only and lives until the request is completed, which the endpoint does last.
/// Nothing of it reaches the handler, who may keep what he is given for longer.
struct IncomingRequest: @unchecked Sendable {
    let pointer: UnsafePointer<hearth_request>

    var actor: ContextInfo.Actor? { pointer.pointee.actor.map { ContextInfo.Actor($0) } }

    var pathTexts: [String] {
        let count = pointer.pointee.path_values == nil ? 0 : Int(pointer.pointee.path_value_count)
        return UnsafeBufferPointer(start: pointer.pointee.path_values, count: count).map { String($0) }
    }

    /// The query parameters; those that the schema does not know are passed over.
    func query<Query: Input>(_: Query.Type, _ members: [ObjectMember]) throws(RequestMismatch) -> Query {
        let count = pointer.pointee.query == nil ? 0 : Int(pointer.pointee.query_count)
        let pairs = UnsafeBufferPointer(start: pointer.pointee.query, count: count)
        guard !pairs.isEmpty else { return Query() }
        var object = JSONObject()
        for member in members {
            let values = pairs.lazy.filter { $0.name.bytes.elementsEqual(member.name.utf8) }.map { String($0.value) }
            if let element = TextCoercion.element(of: member.schema) {
                let values = values.map { TextCoercion.json($0, by: element) }
                if !values.isEmpty { object[member.name] = .array(Array(values)) }
            } else if let last = values.last {
                object[member.name] = TextCoercion.json(last, by: member.schema)
            }
        }
        return try decode(.object(object), in: "query")
    }

    /// The body as it is.
    var bytes: [UInt8] { Array(pointer.pointee.body.buffer) }

    /// The body: JSON, or the fields of a form.
    func body<Body: Input>(_: Body.Type, _ members: [ObjectMember]) throws(RequestMismatch) -> Body {
        switch pointer.pointee.body_kind {
        case BodyKind.json: return try json(Body.self)
        case BodyKind.form:
            var object = JSONObject()
            for member in members {
                guard let field = parts.last(where: { $0.name.bytes.elementsEqual(member.name.utf8) }) else { continue }
                let text = String(decoding: field.content.buffer, as: UTF8.self)
                object[member.name] = TextCoercion.json(text, by: member.schema)
            }
            return try decode(.object(object), in: "body")
        default: return Body()
        }
    }

    /// The body: JSON.
    func json<Body: JSONDecodable>(_: Body.Type) throws(RequestMismatch) -> Body {
        let value: JSONValue
        do throws(JSONParseError) {
            value = try JSONValue(parsing: UnsafeRawBufferPointer(pointer.pointee.body.buffer))
        } catch {
            throw RequestMismatch(location: ["body"], expected: "valid JSON")
        }
        return try decode(value, in: "body")
    }

    /// The host has validated the values, so a mismatch is rare: a rule that the schema cannot express.
    private func decode<Value: JSONDecodable>(_ json: JSONValue, in place: String) throws(RequestMismatch) -> Value {
        do { return try Value(json: json) } catch {
            throw RequestMismatch(location: [place] + error.path, expected: error.expected)
        }
    }

    private var parts: UnsafeBufferPointer<hearth_part> {
        UnsafeBufferPointer(
            start: pointer.pointee.parts, count: pointer.pointee.parts == nil ? 0 : Int(pointer.pointee.part_count))
    }

    var form: [FormPart] {
        parts.map {
            FormPart(
                name: String($0.name), fileName: $0.file_name.length == 0 ? nil : String($0.file_name),
                contentType: $0.content_type.length == 0 ? nil : String($0.content_type), content: Array($0.content.buffer))
        }
    }
}

/// A request that its type cannot be made from. Told apart from what a handler decodes by itself, which is no fault of the client.
struct RequestMismatch: Error {
    let location: [String]
    let expected: String
}

/// The forms of a body.
enum BodyKind {
    static let json: hearth_body_kind = 2
    static let form: hearth_body_kind = 3
}
