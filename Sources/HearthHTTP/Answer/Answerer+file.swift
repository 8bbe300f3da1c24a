import HTTPTypes
import NIOCore
import NIOPosix

extension Answerer {
    /// Bytes read and sent at a time.
    static let filePiece = 128 * 1024

    /// The answer with a file, by RFC 9110 13 and 14: conditional requests and a single range.
    func file(_ response: ServerResponse, _ path: String, _ request: ServerRequest) async -> PreparedAnswer {
        guard let file = (try? await threadPool.runIfActive { OpenFile(path: path) }) ?? nil else {
            var answer = refusal(HTTPError(.notFound, "Not found"), requestID: request.id)
            if request.method == .head { answer.body = .none }
            return answer
        }
        var answer = PreparedAnswer(status: response.status, headers: response.headers, body: .none, requestID: request.id)
        let tag = response.headers[.eTag] ?? file.entityTag
        answer.headers[.eTag] = tag
        answer.headers[.lastModified] = HTTPDate.text(file.modified)
        answer.headers[.acceptRanges] = "bytes"
        if !answer.headers.contains(.contentType) { answer.headers[.contentType] = "application/octet-stream" }
        applyOrigin(&answer, request, .all)

        if isUnchanged(request, tag, file) {
            answer.status = .notModified
            answer.headers[.contentType] = nil
            return answer
        }
        switch range(request, tag, file) {
        case .whole:
            answer.body = .file(file, offset: 0, length: file.size)
            answer.length = file.size
        case .part(let offset, let length):
            answer.status = .partialContent
            answer.headers[.contentRange] = "bytes \(offset)-\(offset + length - 1)/\(file.size)"
            answer.body = .file(file, offset: offset, length: length)
            answer.length = length
        case .unsatisfiable:
            answer = refusal(HTTPError(.rangeNotSatisfiable, "The range lies beyond the end"), requestID: request.id)
            answer.headers[.contentRange] = "bytes */\(file.size)"
            applyOrigin(&answer, request, .all)
        }
        if request.method == .head { answer.body = .none }
        return answer
    }

    private func isUnchanged(_ request: ServerRequest, _ tag: String, _ file: OpenFile) -> Bool {
        if let wanted = request.headers[.ifNoneMatch] { return EntityTag.matches(wanted, tag) }
        guard let since = request.headers[.ifModifiedSince].flatMap(HTTPDate.seconds) else { return false }
        return file.modified <= since
    }

    private func range(_ request: ServerRequest, _ tag: String, _ file: OpenFile) -> ByteRange {
        guard request.method == .get, let value = request.headers[.range] else { return .whole }
        if let condition = request.headers[.ifRange] {
            // Strong comparison: a weak tag, or an older date, means the whole file.
            let isSame = condition.hasPrefix("\"") ? condition == tag : HTTPDate.seconds(condition) == file.modified
            guard isSame else { return .whole }
        }
        return ByteRange(value, size: file.size)
    }

    /// Sends a part of a file.
    func send(_ file: OpenFile, offset: Int, length: Int, to stream: ResponseStream) async throws {
        var offset = offset
        let end = offset + length
        while offset < end {
            let (start, count) = (offset, min(Self.filePiece, end - offset))
            guard let piece = try await threadPool.runIfActive({ file.read(at: start, count: count) }), piece.readableBytes > 0
            else {
                throw FileCutShort()
            }
            try await stream.write(piece)
            offset += piece.readableBytes
        }
    }
}
