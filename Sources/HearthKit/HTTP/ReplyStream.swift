import CHearth

/// The open end of an answer that is sent piece by piece.
public struct ReplyStream: Sendable {
    let context: Context

    /// Sends a piece and waits until the network took it.
    ///
    /// - Throws: ``HostError`` with ``HostError/Kind/cancelled`` when the client has gone.
    public func send(_ bytes: [UInt8]) async throws {
        let http = try context.runtime.http
        try await ContinuationBox<Void>.waiting(for: "write_stream") { box in
            bytes.lending {
                http.pointee.write_stream(
                    context.runtime.host, context.handle, $0,
                    { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
            }
        }
    }

    /// Sends a text.
    public func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Sends a server-sent event.
    ///
    /// - Parameters:
    ///   - data: Lines of text.
    ///   - event: The event's name; nil for none.
    ///   - id: For a client that reconnects; nil for none.
    public func send(event: String? = nil, id: String? = nil, data: String) async throws {
        var text = ""
        if let event { text += "event: \(event)\n" }
        if let id { text += "id: \(id)\n" }
        for line in data.split(separator: "\n", omittingEmptySubsequences: false) { text += "data: \(line)\n" }
        try await send(text + "\n")
    }
}
