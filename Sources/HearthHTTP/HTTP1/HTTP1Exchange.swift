import NIOCore

/// One request and its answer on an HTTP/1 connection.
struct HTTP1Exchange {
    let number: Int
    var request: ServerRequest
    var notable: NotableFields
    var began: NIODeadline
    var keepsAlive: Bool
    var decoder: RequestBodyDecoder
    /// Where the body goes when it was not there with the head.
    var stream: BodyStream?
    /// Whether the client waits for `100 Continue`.
    var awaitsContinue: Bool
    /// Since when, and with how many bytes, the rate of the body is judged: not while the handler is the slow one.
    var bodyBegan = NIODeadline.now()
    var bodyBase = 0
    var bodyIsHeld = false
    var task: Task<Void, Never>?
    /// Whether the head of the answer is on its way.
    var isAnswering = false
    /// Whether the answer's body goes in chunks.
    var isChunked = false
    /// The announced length of a streamed answer.
    var promised: Int?
    /// Bytes of the answer's body so far.
    var sent = 0
    var status = 0

    /// Whether the connection can be used again: the body is read, or little of it is left.
    var canReuse: Bool {
        guard keepsAlive else { return false }
        if decoder.isAtEnd { return true }
        return !awaitsContinue && (decoder.remaining ?? .max) <= Self.discardedBody
    }

    /// Bytes of an unread body that are read only to keep the connection.
    static let discardedBody = 64 * 1024
    /// Bytes of a body that wait for their reader before the connection stops reading.
    static let bufferedBody = 256 * 1024
}
