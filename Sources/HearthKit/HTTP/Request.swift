import CHearth

/// A request, decoded and validated by the route's declaration. A value of its own: it may be kept after the answer.
public struct Request<Query: Sendable, Body: Sendable>: Sendable {
    /// On whose behalf the handler works: pass it to everything that touches data.
    public let context: Context
    /// The query parameters.
    public let query: Query
    /// The body.
    public let body: Body
    /// The parts of a form, if the body is one.
    public let form: [FormPart]

    let actor: ContextInfo.Actor?
    let pathValues: PathValues

    /// Who calls.
    ///
    /// - Throws: ``Failure`` 401 in a route that is open to everybody when nobody is authenticated.
    public var user: ContextInfo.Actor {
        get throws(Failure) {
            guard let actor else { throw Failure(401, "Not authenticated") }
            return actor
        }
    }

    /// The value of a path parameter.
    ///
    /// - Throws: ``Failure`` 422 when the value is not of the type, or the path has no such parameter.
    public subscript<Value>(parameter: PathParameter<Value>) -> Value {
        get throws(Failure) { try pathValues[parameter] }
    }

    /// A header field; repeated ones are joined with a comma. nil when there is none, and after the answer.
    ///
    /// - Parameter name: In any case.
    public func header(_ name: String) -> String? {
        guard let http = try? context.runtime.http else { return nil }
        var value = hearth_string(data: nil, length: 0)
        let status = name.lending { http.pointee.header(context.runtime.host, context.handle, $0, &value) }
        return status == HearthStatus.ok.rawValue ? String(value) : nil
    }
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

/// No query parameters, no body, or no answer.
public struct Nothing: Sendable, Input, Output {
    /// Nothing.
    public init() {}
    /// No members.
    public static let schema = Schema<Nothing>("Nothing") {}
}
