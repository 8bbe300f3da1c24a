import HearthJSON

/// An error that a route answers: a status and one sentence for people.
public struct Failure: Error, Sendable, CustomStringConvertible {
    /// 400 to 599.
    public let status: Int
    /// One sentence for the client.
    public let detail: String
    /// For 422: what is wrong and where.
    public let errors: [Problem]

    /// What is wrong with one member of a request.
    public struct Problem: Sendable {
        /// Where: `body`, `query` or `path`, then the names.
        public let location: [String]
        /// One sentence.
        public let message: String
        /// A word for programs.
        public let type: String

        /// - Parameters:
        ///   - location: `body`, `query` or `path`, then the names.
        ///   - message: One sentence.
        ///   - type: A word for programs.
        public init(at location: [String], _ message: String, type: String = "value_error") {
            self.location = location
            self.message = message
            self.type = type
        }
    }

    /// - Parameters:
    ///   - status: 400 to 599.
    ///   - detail: One sentence for the client.
    ///   - errors: For 422: what is wrong and where.
    public init(_ status: Int, _ detail: String, errors: [Problem] = []) {
        self.status = status
        self.detail = detail
        self.errors = errors
    }

    /// 400: the request makes no sense now.
    public static func badRequest(_ detail: String) -> Failure { Failure(400, detail) }
    /// 403: not allowed.
    public static func forbidden(_ detail: String) -> Failure { Failure(403, detail) }
    /// 404: there is no such thing, or not for this user.
    public static func notFound(_ detail: String) -> Failure { Failure(404, detail) }
    /// 409: it conflicts with what is there.
    public static func conflict(_ detail: String) -> Failure { Failure(409, detail) }
    /// 422: members of the request are wrong.
    public static func invalid(_ errors: Problem...) -> Failure { invalid(all: errors) }
    /// 422: members of the request are wrong. Says so in the words of the host, which finds most of that itself.
    public static func invalid(all errors: [Problem]) -> Failure {
        guard let first = errors.first else { return Failure(422, "Invalid request") }
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        let place = first.location.joined(separator: ".")
        return Failure(422, "Invalid request: \(place): \(first.message)\(more)", errors: errors)
    }

    /// A readable form for logs.
    public var description: String { "\(status): \(detail)" }

    var errorsText: String {
        guard !errors.isEmpty else { return "" }
        var json = JSONWriter()
        json.beginArray()
        for problem in errors {
            json.beginObject()
            json.key("loc")
            problem.location.write(to: &json)
            json.key("msg")
            json.value(problem.message)
            json.key("type")
            json.value(problem.type)
            json.endObject()
        }
        json.endArray()
        return json.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
