import HTTPTypes
import NIOCore
import NIOPosix

extension Answerer {
    /// Bytes read and sent at a time.
    static let filePiece = 128 * 1024

    /// The answer with a file on disk.
    func file(_ response: ServerResponse, _ path: String, _ request: ServerRequest) async -> PreparedAnswer {
        let threadPool = threadPool
        guard let file = (try? await threadPool.runIfActive { OpenFile(path: path, threadPool) }) ?? nil else {
            var answer = refusal(HTTPError(.notFound, "Not found"), requestID: request.id)
            if request.method == .head { answer.body = .none }
            return answer
        }
        return content(response, file, request)
    }

    /// The answer with bytes that can be read from any place, by RFC 9110 13 and 14: conditional requests and a single range.
    func content(_ response: ServerResponse, _ file: any RangedContent, _ request: ServerRequest) -> PreparedAnswer {
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
            answer.body = .content(file, offset: 0, length: file.size)
            answer.length = file.size
        case .part(let offset, let length):
            answer.status = .partialContent
            answer.headers[.contentRange] = "bytes \(offset)-\(offset + length - 1)/\(file.size)"
            answer.body = .content(file, offset: offset, length: length)
            answer.length = length
        case .unsatisfiable:
            answer = refusal(HTTPError(.rangeNotSatisfiable, "The range lies beyond the end"), requestID: request.id)
            answer.headers[.contentRange] = "bytes */\(file.size)"
            applyOrigin(&answer, request, .all)
        }
        if request.method == .head { answer.body = .none }
        return answer
    }

    private func isUnchanged(_ request: ServerRequest, _ tag: String, _ file: any RangedContent) -> Bool {
        if let wanted = request.headers[.ifNoneMatch] { return EntityTag.matches(wanted, tag) }
        guard let since = request.headers[.ifModifiedSince].flatMap(HTTPDate.seconds) else { return false }
        return file.modified <= since
    }

    private func range(_ request: ServerRequest, _ tag: String, _ file: any RangedContent) -> ByteRange {
        guard request.method == .get, let value = request.headers[.range] else { return .whole }
        if let condition = request.headers[.ifRange] {
            // Strong comparison: a weak tag, or an older date, means the whole file.
            let isSame = condition.hasPrefix("\"") ? condition == tag : HTTPDate.seconds(condition) == file.modified
            guard isSame else { return .whole }
        }
        return ByteRange(value, size: file.size)
    }

    /// Sends a part of the bytes.
    func send(_ content: any RangedContent, offset: Int, length: Int, to stream: ResponseStream) async throws {
        var offset = offset
        let end = offset + length
        while offset < end {
            let piece = try await content.read(at: offset, count: min(Self.filePiece, end - offset))
            guard piece.readableBytes > 0 else { throw ContentCutShort() }
            try await stream.write(piece)
            offset += piece.readableBytes
        }
    }
}

/// Why the sending of a content broke off.
private struct ContentCutShort: Error {}
