import HTTPTypes
import Logging
import NIOCore

/// Turns errors into answers, all of one shape.
enum ErrorAnswer {
    /// The answer to whatever a handler threw.
    static func make(_ error: any Error, request: ServerRequest, logger: Logger) -> ServerResponse {
        if let error = error as? HTTPError {
            let accept = request.headers[.accept]
            return make(error, requestID: request.id, asProblem: accept.map(QualityValues.prefersProblem) ?? false)
        }
        // The client learns nothing of what happened; the log has the request id to find it by.
        logger.error(
            "Request failed",
            metadata: [
                "request_id": .string(request.id), "method": .string(request.method.rawValue), "path": .string(request.path),
                "error": .string(String(reflecting: error)),
            ])
        return make(HTTPError(.internalServerError, "Internal server error"), requestID: request.id, asProblem: false)
    }

    /// The answer to an error.
    static func make(_ error: HTTPError, requestID: String, asProblem: Bool) -> ServerResponse {
        var body = ByteBuffer()
        body.reserveCapacity(256 + (error.errors?.utf8.count ?? 0))
        if asProblem {
            body.writeStaticString("{\"type\":\"about:blank\",\"title\":")
            body.writeJSONString(error.status.reasonPhrase)
            body.writeStaticString(",\"status\":")
            body.writeString(String(error.status.code))
            body.writeStaticString(",\"detail\":")
        } else {
            body.writeStaticString("{\"detail\":")
        }
        body.writeJSONString(error.detail)
        body.writeStaticString(",\"request_id\":")
        body.writeJSONString(requestID)
        if let errors = error.errors {
            body.writeStaticString(",\"errors\":")
            body.writeString(errors)
        }
        body.writeStaticString("}")
        var headers = error.headers
        headers[.contentType] = asProblem ? "application/problem+json" : "application/json"
        return ServerResponse(status: error.status, headers: headers, body: .bytes(body))
    }
}
