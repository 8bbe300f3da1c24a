import HTTPTypes
import NIOCore

/// An answer with everything decided: only to be written in the form of the protocol version.
struct PreparedAnswer: Sendable {
    enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        case stream(@Sendable (ResponseStream) async throws -> Void)
        case content(any RangedContent, offset: Int, length: Int)
    }

    var status: HTTPResponse.Status
    /// The handler's fields.
    var headers: HTTPFields
    var body: Body
    var requestID: String
    /// The value of `Content-Length`, also where the body is left out.
    var length: Int?
    var entityTag: String?
    var isCompressed = false
    var variesByEncoding = false
    var variesByOrigin = false
    /// The foreign origin that may read the answer.
    var allowedOrigin: String?
    var challenge: String?
}
