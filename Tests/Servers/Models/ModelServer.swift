import HTTPTypes
import HearthHTTP
import HearthJSON
import NIOCore

/// A provider of language models on a free port of this machine: speaks the true wire format of one of the three, streams
/// included, refuses requests that the true one refuses, and answers as a test says.
public enum ModelServer {
    /// Starts a provider, runs a test and stops the provider.
    ///
    /// - Parameters:
    ///   - wire: whose format it speaks
    ///   - port: where it listens; 0: on a free one
    ///   - behave: what it does with a request that is sound; the number counts requests from 1
    ///   - test: is given the server
    public static func run<R>(
        _ wire: ModelWire, port: Int = 0, behave: @escaping @Sendable (ModelQuestion, Int) async throws -> ModelBehaviour,
        _ test: (LocalHTTPServer) async throws -> R
    ) async throws -> R {
        try await LocalHTTPServer.run(
            port: port,
            answer: { request, number in
                let format = wire.format
                guard request.method == "POST", request.target == format.path else {
                    return response(404, "application/json", format.error("not_found_error", "no such path"))
                }
                if let refusal = format.refusal(of: request.headers) {
                    return response(401, "application/json", format.error("authentication_error", refusal))
                }
                guard let body = try? JSONValue(parsing: request.body) else {
                    return response(400, "application/json", format.error("invalid_request_error", "the body is no JSON"))
                }
                if let refusal = format.refusal(of: body, request.headers) {
                    return response(400, "application/json", format.error("invalid_request_error", refusal))
                }
                let question = format.question(body)
                return try await answer(
                    format, question.isStreamed(unasked: format.streamsUnasked), question.body["model"]?.string ?? "",
                    try await behave(question, number))
            }, test)
    }

    private static func answer(
        _ format: any ModelFormat, _ isStreamed: Bool, _ model: String, _ behaviour: ModelBehaviour
    ) async throws -> ServerResponse {
        let json = "application/json"
        switch behaviour {
        case .answer(let answer):
            return isStreamed
                ? stream(format, format.stream(answer, model: model))
                : response(200, json, format.whole(answer, model: model).text)
        case .failure(let status, let kind, let message, let headers):
            return response(status, json, format.error(kind, message), headers)
        case .cutOff(let answer):
            if isStreamed { return stream(format, Array(format.stream(answer, model: model).prefix(format.beginning))) }
            return response(200, json, String(format.whole(answer, model: model).text.dropLast(10)))
        case .failureWithin(let answer, let kind):
            return stream(format, format.stream(answer, model: model).prefix(format.beginning) + [format.errorPiece(kind)])
        case .bytes(let text): return response(200, isStreamed ? format.streamType : json, text)
        case .silence:
            try await Task.sleep(for: .seconds(3600))
            return response(200, json, "{}")
        }
    }

    private static func response(
        _ status: Int, _ type: String, _ body: String, _ headers: [String: String] = [:]
    ) -> ServerResponse {
        var fields: HTTPFields = [.contentType: type]
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return ServerResponse(
            status: HTTPResponse.Status(code: status), headers: fields, body: .bytes(ByteBuffer(string: body)))
    }

    /// Each piece in two parts, so that readers have to put together what the network cut.
    private static func stream(_ format: any ModelFormat, _ pieces: [String]) -> ServerResponse {
        ServerResponse(
            headers: [.contentType: format.streamType],
            body: .stream(length: nil) { out in
                for piece in pieces {
                    let bytes = Array(piece.utf8)
                    try await out.write(ByteBuffer(bytes: bytes.prefix(bytes.count / 2)))
                    try await out.write(ByteBuffer(bytes: bytes.dropFirst(bytes.count / 2)))
                }
            })
    }
}

/// Whose format a local provider speaks.
public enum ModelWire: String, CaseIterable, Sendable {
    case anthropic, openai, ollama

    var format: any ModelFormat {
        switch self {
        case .anthropic: AnthropicModelFormat()
        case .openai: OpenAIModelFormat()
        case .ollama: OllamaModelFormat()
        }
    }
}
