import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension TestClient {
    /// Sends bytes.
    ///
    /// - Parameters:
    ///   - method: Of the request.
    ///   - type: The content type.
    ///   - announced: Whether the length is known beforehand.
    func upload(
        _ path: String, _ bytes: [UInt8], method: HTTPMethod = .POST, type: String = "application/octet-stream",
        announced: Bool = true
    ) async throws -> Answer {
        // Whoever is refused early and goes on sending for longer than the host lingers finds the connection closed instead of the
        // answer, which a machine that does much else makes likely.
        for _ in 0..<20 {
            do {
                return try await send(bytes, path, method, type, announced)
            } catch ChannelError.ioOnClosedChannel {
            } catch let error as HTTPClientError where error == .remoteConnectionClosed {}
        }
        return try await send(bytes, path, method, type, announced)
    }

    private func send(
        _ bytes: [UInt8], _ path: String, _ method: HTTPMethod, _ type: String, _ announced: Bool
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "Content-Type", value: type)
        let chunks = stride(from: 0, to: max(bytes.count, 1), by: 100_000).map {
            ByteBuffer(bytes: bytes[$0..<min($0 + 100_000, bytes.count)])
        }
        request.body =
            announced
            ? .bytes(ByteBuffer(bytes: bytes))
            : .stream(
                AsyncStream { continuation in
                    for chunk in chunks { continuation.yield(chunk) }
                    continuation.finish()
                }, length: .unknown)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: body))
    }
}
