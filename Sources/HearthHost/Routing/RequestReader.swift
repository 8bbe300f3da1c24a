import HTTPTypes
import HearthHTTP
import HearthJSON
import NIOCore

/// Reads and validates what a request carries, by its route's description: everything that is wrong is answered at once.
struct RequestReader: Sendable {
    /// Limits that routes without one of their own have.
    struct Limits: Sendable {
        var json = 1 << 20
        var body = 10 << 20
        var depth = 64
    }

    let limits: Limits

    /// What a request carries.
    struct Content {
        var query: [(name: String, value: String)]
        var body: RoutedBody
    }

    /// Reads the parameters and the body.
    ///
    /// - Throws: `HTTPError` 400 for broken encodings, 413 and 415 for the body, 422 for everything else.
    func read(_ request: ServerRequest, _ endpoint: Endpoint, pathValues: [String]) async throws -> Content {
        guard let query = QueryText.pairs(request.query) else {
            throw HTTPError(.badRequest, "The query has a broken percent-encoding")
        }
        var violations: [Violation] = []
        let operation = endpoint.operation
        for (parameter, value) in zip(operation.path, pathValues) { parameter.check([value], into: &violations) }
        for parameter in operation.query {
            parameter.check(query.lazy.filter { $0.name == parameter.name }.map(\.value), into: &violations)
        }
        for parameter in operation.headers {
            let value = HTTPField.Name(parameter.name).flatMap { request.headers[$0] }
            parameter.check(value.map { [$0] } ?? [], into: &violations)
        }
        for (name, value) in query where name.utf8.contains(0) || value.utf8.contains(0) {
            violations.append(.unstorable([.name("query"), .name(name)]))
        }
        for (parameter, value) in zip(operation.path, pathValues) where value.utf8.contains(0) {
            violations.append(.unstorable([.name("path"), .name(parameter.name)]))
        }
        let body = try await self.body(request, endpoint, into: &violations)
        guard violations.isEmpty else { throw HTTPError.invalid(violations) }
        return Content(query: query, body: body)
    }

    private func body(
        _ request: ServerRequest, _ endpoint: Endpoint, into violations: inout [Violation]
    ) async throws -> RoutedBody {
        if endpoint.route.hasStreamedBody {
            let limit = endpoint.route.bodyLimit ?? limits.body
            if let length = request.body.length, length > limit { throw HTTPError.bodyTooLarge(limit: limit) }
            if let declared = endpoint.operation.body, !request.body.isEmpty { _ = try MediaType(of: request, for: declared) }
            return .stream(request.body, limit: limit)
        }
        guard let declared = endpoint.operation.body else {
            // Read all the same, so that the connection can serve the next request.
            let bytes = try await request.body.collect(upTo: endpoint.route.bodyLimit ?? limits.json)
            return bytes.readableBytes == 0 ? .none : .bytes(bytes)
        }
        let mediaType = try MediaType(of: request, for: declared)
        let limit = endpoint.route.bodyLimit ?? (mediaType == .json ? limits.json : limits.body)
        let bytes = try await request.body.collect(upTo: limit)
        guard bytes.readableBytes > 0 else {
            if declared.isRequired {
                violations.append(Violation(loc: [.name("body")], msg: "Field required", type: "missing"))
            }
            return .none
        }
        switch mediaType {
        case .json: return try json(bytes, declared, endpoint.route, into: &violations)
        case .form(let encoding): return .form(try form(bytes, encoding, declared, endpoint.route, into: &violations))
        case .other: return .bytes(bytes)
        }
    }

    private func json(
        _ bytes: ByteBuffer, _ declared: OperationBody, _ route: Route, into violations: inout [Violation]
    ) throws -> RoutedBody {
        do throws(JSONParseError) {
            let value = try bytes.withUnsafeReadableBytes { bytes in
                Result { () throws(JSONParseError) in try JSONValue(parsing: bytes, maximumDepth: limits.depth) }
            }.get()
            if let place = value.placeOfNUL { violations.append(.unstorable([JSONSchema.Step.name("body")] + place)) }
            if let schema = declared.json { violations += schema.validate(value, at: [.name("body")]) }
            if let rules = route.rules { violations += rules(value) }
        } catch {
            violations.append(
                Violation(loc: [.name("body"), .index(error.offset)], msg: "JSON decode error: \(error)", type: "json_invalid"))
        }
        return .json(bytes)
    }

    private func form(
        _ bytes: ByteBuffer, _ encoding: FormEncoding, _ declared: OperationBody, _ route: Route,
        into violations: inout [Violation]
    ) throws -> [RoutedPart] {
        let parts = try encoding.parts(of: bytes)
        guard let schema = declared.form else { return parts }
        var fields = JSONObject()
        for part in parts {
            // A file counts as a text for the schema; what is in it is the plugin's to check.
            fields[part.name] = .string(part.fileName == nil ? String(buffer: part.content) : "")
            if part.name.utf8.contains(0) || part.fileName == nil && part.content.readableBytesView.contains(0) {
                violations.append(.unstorable([.name("body"), .name(part.name)]))
            }
        }
        violations += schema.validate(form: fields, at: [.name("body")])
        if let rules = route.rules { violations += rules(.object(fields)) }
        return parts
    }
}

/// The form in which a body comes.
private enum MediaType: Equatable {
    case json
    case form(FormEncoding)
    case other

    /// - Throws: `HTTPError` 415 when the route does not take it.
    init(of request: ServerRequest, for declared: OperationBody) throws {
        let header = request.headers[.contentType] ?? ""
        let name = header.prefix { $0 != ";" }.trimmingSpaces().lowercased()
        if name.isEmpty || name == "application/json" || name.hasSuffix("+json"), declared.json != nil {
            self = .json
        } else if declared.takesForms, let encoding = FormEncoding(contentType: header) {
            self = .form(encoding)
        } else if declared.others.contains(where: { Self.matches($0, name) }) {
            self = .other
        } else {
            let accepted =
                (declared.json == nil ? [] : ["application/json"])
                + (declared.takesForms ? ["application/x-www-form-urlencoded", "multipart/form-data"] : []) + declared.others
            throw HTTPError(
                .unsupportedMediaType,
                "The content type \(name.isEmpty ? "is missing" : "\(name) is not taken here"): use \(accepted.joined(separator: " or "))"
            )
        }
    }

    private static func matches(_ pattern: String, _ name: String) -> Bool {
        pattern == "*/*" || pattern == name || pattern.hasSuffix("/*") && name.hasPrefix(pattern.dropLast())
    }
}

extension HTTPError {
    /// 422 with everything that is wrong.
    static func invalid(_ violations: [Violation]) -> HTTPError {
        var json = JSONWriter()
        json.beginArray()
        for violation in violations { violation.write(to: &json) }
        json.endArray()
        let first = violations.first.map { violation in
            let place = violation.loc.map { step in
                switch step {
                case .name(let name): name
                case .index(let index): "\(index)"
                }
            }.joined(separator: ".")
            return "\(place): \(violation.msg)"
        }
        let more = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
        return HTTPError(.unprocessableContent, "Invalid request: \(first ?? "")\(more)", errors: json.text)
    }
}

extension Violation {
    /// A text with U+0000, which no database keeps: refused here, so that no plugin has to think of it.
    fileprivate static func unstorable(_ location: [JSONSchema.Step]) -> Violation {
        Violation(loc: location, msg: "String should not contain the character U+0000", type: "string_unicode")
    }
}

extension JSONValue {
    /// Where the first text in it with U+0000 stands; nil when there is none.
    fileprivate var placeOfNUL: [JSONSchema.Step]? {
        switch self {
        case .string(let text): return text.utf8.contains(0) ? [] : nil
        case .array(let values):
            for (index, value) in values.enumerated() {
                if let place = value.placeOfNUL { return [JSONSchema.Step.index(index)] + place }
            }
        case .object(let object):
            for (name, value) in object.members {
                if let place = name.utf8.contains(0) ? [] : value.placeOfNUL { return [JSONSchema.Step.name(name)] + place }
            }
        case .null, .boolean, .integer, .number: break
        }
        return nil
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
