import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Lets requests through and writes each with its response to a file, a line each, for ``ReplayingTransport``.
///
/// A response is collected before it is passed on, so this is for making recordings, not for serving.
public final class RecordingTransport: ClientTransport {
    private let base: any ClientTransport
    private let path: String
    private let file = Mutex(())

    /// The most bytes of a response.
    private static let limit = 64 << 20

    /// - Parameters:
    ///   - base: sends the requests
    ///   - path: the file; lines are added to it
    public init(_ base: any ClientTransport, to path: String) {
        self.base = base
        self.path = path
    }

    public var usesNetwork: Bool { base.usesNetwork }

    public func shutdown() async { await base.shutdown() }

    public func send(_ request: TransportRequest) async throws(ClientError) -> TransportResponse {
        let sent = try await SentBody.collect(request.body)
        let again = TransportRequest(
            method: request.method, url: request.url, address: request.address, headers: request.headers, body: .bytes(sent))
        let response = try await base.send(again)
        let body = ClientBody(limit: Self.limit, pieceLimit: { .seconds(60) }, read: response.read)
        let whole = try await body.collect()
        let recording = Recording(
            method: request.method, url: request.url.text, requestBody: Array(sent.readableBytesView), status: response.status,
            headers: response.headers.filter { $0.name.lowercased() != "set-cookie" }
                .map { Recording.Pair(name: $0.name, value: $0.value) },
            body: Array(whole.readableBytesView))
        try append(recording.line)
        let rest = Mutex<ByteBuffer?>(whole)
        return TransportResponse(
            status: response.status, headers: response.headers,
            read: {
                rest.withLock { rest in
                    defer { rest = nil }
                    return rest
                }
            })
    }

    private func append(_ line: String) throws(ClientError) {
        let isWritten = file.withLock { _ in
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            let bytes = Array(line.utf8)
            return write(descriptor, bytes, bytes.count) == bytes.count
        }
        guard isWritten else { throw ClientError(.failed, "the recording \(path) cannot be written") }
    }
}

/// The body of a request as a whole.
enum SentBody {
    static func collect(_ body: ClientRequest.Body) async throws(ClientError) -> ByteBuffer {
        switch body {
        case .bytes(let bytes): return bytes
        case .stream(let next):
            var all = ByteBuffer()
            do {
                while let piece = try await next() { all.writeImmutableBuffer(piece) }
            } catch {
                throw ClientError(.cancelled, "the body of the request ended early")
            }
            return all
        }
    }
}
