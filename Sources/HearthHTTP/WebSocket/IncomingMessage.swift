import NIOCore

/// A message while its fragments arrive.
struct IncomingMessage {
    private let kind: WebSocketMessage.Kind
    private let isCompressed: Bool
    private let limit: Int
    private let fragmentLimit: Int
    private var fragments = 0
    private var content = ByteBuffer()
    private var check = UTF8Check()

    /// - Parameters:
    ///   - kind: what it consists of
    ///   - isCompressed: whether it has to be decompressed
    ///   - limit: the most bytes that it may have
    ///   - fragmentLimit: the most fragments that it may consist of
    init(_ kind: WebSocketMessage.Kind, isCompressed: Bool, limit: Int, fragmentLimit: Int) {
        self.kind = kind
        self.isCompressed = isCompressed
        self.limit = limit
        self.fragmentLimit = fragmentLimit
    }

    /// Takes a fragment. What cannot become a text is refused at once, not when the message is whole.
    mutating func take(_ fragment: ByteBuffer) throws(WebSocketFailure) {
        fragments += 1
        // Empty ones make work, too, and never end otherwise.
        guard fragments <= fragmentLimit else {
            throw WebSocketFailure(.policyViolation, "A message has more than \(fragmentLimit) fragments")
        }
        guard content.readableBytes + fragment.readableBytes <= limit else { throw .tooLarge(limit: limit) }
        if kind == .text, !isCompressed { try checkText(fragment) }
        content.writeImmutableBuffer(fragment)
    }

    /// The message, after its last fragment.
    mutating func finish() throws(WebSocketFailure) -> WebSocketMessage {
        if isCompressed {
            do throws(MessageDeflater.Refusal) {
                content = try MessageDeflater.shared.inflate(content, limit: limit)
            } catch {
                switch error {
                case .tooLarge: throw .tooLarge(limit: limit)
                case .malformed: throw WebSocketFailure(.badContent, "The compressed data is malformed")
                }
            }
            if kind == .text { try checkText(content) }
        }
        guard check.isComplete else { throw .notText }
        return WebSocketMessage(kind: kind, content: content)
    }

    private mutating func checkText(_ bytes: ByteBuffer) throws(WebSocketFailure) {
        guard bytes.withUnsafeReadableBytes({ check.take($0) }) else { throw .notText }
    }
}

/// Why a connection fails.
struct WebSocketFailure: Error {
    let code: WebSocketCloseCode
    let reason: String

    init(_ code: WebSocketCloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static let notText = WebSocketFailure(.badContent, "The text is not UTF-8")

    static func tooLarge(limit: Int) -> WebSocketFailure {
        WebSocketFailure(.tooLarge, "A message has more than \(limit) bytes")
    }

    static func broken(_ reason: String) -> WebSocketFailure { WebSocketFailure(.protocolError, reason) }
}
