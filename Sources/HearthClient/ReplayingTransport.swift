import FoundationEssentials
import NIOCore
import Synchronization

/// Answers requests from a recording, without any network: a test with somebody else's server that needs none.
///
/// A request is answered by the first recording of the same method, URL and body that was not used yet; when all were used,
/// by the last one again.
public final class ReplayingTransport: ClientTransport {
    private struct State {
        var recordings: [Recording]
        var used: Set<Int> = []
    }

    private let path: String
    private let state: Mutex<State>

    public let usesNetwork = false

    /// Reads a recording.
    ///
    /// - Throws: ``ClientError`` that names the line that is none
    public init(_ path: String) throws(ClientError) {
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(validating: bytes, as: UTF8.self) else {
            throw ClientError(.invalid, "the recording \(path) cannot be read")
        }
        var recordings: [Recording] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            guard let recording = Recording(line: line) else {
                throw ClientError(.invalid, "\(path):\(number + 1): this is no recorded request")
            }
            recordings.append(recording)
        }
        self.path = path
        state = Mutex(State(recordings: recordings))
    }

    public func shutdown() async {}

    public func send(_ request: TransportRequest) async throws(ClientError) -> TransportResponse {
        let body = Array(try await SentBody.collect(request.body).readableBytesView)
        let found = state.withLock { state -> Recording? in
            let matches = state.recordings.indices.filter { index in
                let recording = state.recordings[index]
                return recording.method == request.method && recording.url == request.url.text && recording.requestBody == body
            }
            guard let index = matches.first(where: { !state.used.contains($0) }) ?? matches.last else { return nil }
            state.used.insert(index)
            return state.recordings[index]
        }
        guard let found else {
            throw ClientError(
                .failed, code: "not_recorded",
                "\(path) has no \(request.method) \(request.url.text) with this body of \(body.count) bytes")
        }
        let rest = Mutex<ByteBuffer?>(ByteBuffer(bytes: found.body))
        return TransportResponse(
            status: found.status, headers: found.headers.map { (name: $0.name, value: $0.value) },
            read: {
                rest.withLock { rest in
                    defer { rest = nil }
                    return rest
                }
            })
    }
}
