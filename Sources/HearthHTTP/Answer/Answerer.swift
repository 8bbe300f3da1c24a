import HTTPTypes
import Logging
import NIOCore
import NIOPosix

/// Everything that is done for a request whatever the protocol version: the handler is called, its answer or error
/// gets the header fields, compression and entity tag that all answers have.
final class Answerer: Sendable {
    let configuration: HTTPServerConfiguration
    let logger: Logger
    let standing: StandingFields
    let accessLog: AccessLog?
    let threadPool: NIOThreadPool
    private let respond: HTTPServer.Respond
    private let gzip = GzipEncoder()

    init(
        configuration: HTTPServerConfiguration, logger: Logger, accessLog: AccessLog?, threadPool: NIOThreadPool,
        respond: @escaping HTTPServer.Respond
    ) {
        self.configuration = configuration
        self.logger = logger
        self.accessLog = accessLog
        self.threadPool = threadPool
        self.respond = respond
        standing = StandingFields(serverName: configuration.serverName, isSecure: configuration.tls != nil)
    }

    /// Serves a request. There is always an answer.
    func answer(_ request: ServerRequest, _ notable: NotableFields) async -> PreparedAnswer {
        var answer = await handled(request, notable)
        for field in request.notes.answerFields { answer.headers[field.name] = field.value }
        return answer
    }

    private func handled(_ request: ServerRequest, _ notable: NotableFields) async -> PreparedAnswer {
        let response: ServerResponse
        do {
            if let preflight = preflight(request, notable) {
                response = preflight
            } else {
                try checkEncoding(request, notable)
                response = try await respond(request)
            }
        } catch {
            response = ErrorAnswer.make(error, request: request, logger: logger)
        }
        switch response.body {
        case .file(let path): return await file(response, path, request)
        case .content(let content): return self.content(response, content, request)
        case .empty, .bytes, .stream: break
        }
        var answer = prepare(response, request, notable)
        if shouldCompress(answer, request, notable) { await compress(&answer) }
        leaveOutBody(&answer, request)
        return answer
    }

    /// The answer to what cannot be served at all.
    func refusal(_ error: HTTPError, requestID: String) -> PreparedAnswer {
        let response = ErrorAnswer.make(error, requestID: requestID, asProblem: false)
        let request = ServerRequest(id: requestID, method: .get, path: "")
        return prepare(response, request, [])
    }

    private func checkEncoding(_ request: ServerRequest, _ notable: NotableFields) throws(HTTPError) {
        guard notable.contains(.contentEncoding), let encoding = request.headers[.contentEncoding] else { return }
        guard encoding.lowercased() == "identity" || request.body.isEmpty else {
            throw HTTPError(.unsupportedMediaType, "Encoded bodies are not accepted", headers: [.acceptEncoding: "identity"])
        }
    }

    private func prepare(_ response: ServerResponse, _ request: ServerRequest, _ notable: NotableFields) -> PreparedAnswer {
        var answer = PreparedAnswer(status: response.status, headers: response.headers, body: .none, requestID: request.id)
        switch response.body {
        case .empty, .file, .content:
            answer.length = 0
        case .bytes(let bytes):
            answer.body = bytes.readableBytes > 0 ? .bytes(bytes) : .none
            answer.length = bytes.readableBytes
            answer.variesByEncoding = isWorthCompressing(answer, bytes)
            if answer.status == .ok, request.method == .get || request.method == .head {
                tag(&answer, bytes, request, notable)
            }
        case .stream(let length, let write):
            answer.body = .stream(write)
            answer.length = length
        }
        applyOrigin(&answer, request, notable)
        if answer.status == .unauthorized, !answer.headers.contains(.wwwAuthenticate) {
            answer.challenge = request.headers.contains(.authorization) ? "Bearer error=\"invalid_token\"" : "Bearer"
        }
        return answer
    }

    private func tag(_ answer: inout PreparedAnswer, _ bytes: ByteBuffer, _ request: ServerRequest, _ notable: NotableFields) {
        let own = answer.headers[.eTag]
        guard own != nil || answer.headers[.cacheControl]?.contains("no-store") != true else { return }
        let tag = own ?? EntityTag.of(bytes)
        if own == nil { answer.entityTag = tag }
        guard notable.contains(.conditional), let wanted = request.headers[.ifNoneMatch], EntityTag.matches(wanted, tag) else {
            return
        }
        answer.status = .notModified
        answer.body = .none
        answer.length = nil
        answer.headers[.contentType] = nil
    }

    private func isWorthCompressing(_ answer: PreparedAnswer, _ bytes: ByteBuffer) -> Bool {
        configuration.compression && bytes.readableBytes >= GzipEncoder.smallest
            && MediaKind.isCompressible(answer.headers[.contentType]) && !answer.headers.contains(.contentEncoding)
            && answer.headers[.cacheControl]?.contains("no-transform") != true
    }

    private func shouldCompress(_ answer: PreparedAnswer, _ request: ServerRequest, _ notable: NotableFields) -> Bool {
        guard answer.variesByEncoding, answer.status != .notModified, answer.status != .partialContent else { return false }
        return notable.contains(.acceptEncoding) && request.headers[.acceptEncoding].map(QualityValues.acceptsGzip) == true
    }

    private func compress(_ answer: inout PreparedAnswer) async {
        guard case .bytes(let bytes) = answer.body else { return }
        let gzip = gzip
        let compressed =
            bytes.readableBytes > GzipEncoder.longOnEventLoop
            ? try? await threadPool.runIfActive { gzip.compress(bytes) } : gzip.compress(bytes)
        guard let compressed else { return }
        answer.body = .bytes(compressed)
        answer.length = compressed.readableBytes
        answer.isCompressed = true
        if let own = answer.headers[.eTag], !own.hasPrefix("W/") { answer.headers[.eTag] = "W/" + own }
    }

    /// 204, 304 and answers to `HEAD` have no body, whatever the handler gave.
    private func leaveOutBody(_ answer: inout PreparedAnswer, _ request: ServerRequest) {
        if answer.status == .noContent || answer.status == .notModified || answer.status.code < 200 {
            answer.body = .none
            answer.length = nil
        } else if request.method == .head {
            answer.body = .none
        }
    }
}
