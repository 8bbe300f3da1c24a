import HTTPTypes
import HearthJSON
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
        // Nobody is left to be answered, and nothing went wrong.
        if error is CancellationError, Task.isCancelled {
            return ServerResponse(status: .internalServerError, headers: [:], body: .empty)
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
        var json = JSONWriter(capacity: 256 + (error.errors?.utf8.count ?? 0))
        json.beginObject()
        if asProblem {
            json.key("type")
            json.value("about:blank")
            json.key("title")
            json.value(error.status.reasonPhrase)
            json.key("status")
            json.value(error.status.code)
        }
        json.key("detail")
        json.value(error.detail)
        json.key("request_id")
        json.value(requestID)
        if let errors = error.errors {
            json.key("errors")
            json.raw(errors)
        }
        json.endObject()
        var headers = error.headers
        headers[.contentType] = asProblem ? "application/problem+json" : "application/json"
        return ServerResponse(status: error.status, headers: headers, body: .bytes(json.withBytes { ByteBuffer(bytes: $0) }))
    }
}
