public import NIOCore
import NIOWebSocket
import Synchronization

/// A message as it goes over the wire, made once however many clients receive it: frames of a server are not masked, and
/// compression keeps nothing from one message to the next, so all clients get the same bytes.
public final class WebSocketFrames: Sendable {
    /// Content below this many bytes is not worth compressing.
    private static let smallestCompressed = 256

    private enum Compressed {
        case unknown
        case useless
        case frame(ByteBuffer)
    }

    private let kind: WebSocketMessage.Kind
    private let content: ByteBuffer
    private let plain: ByteBuffer
    private let compressed: Mutex<Compressed>

    /// Makes the frame of a message.
    ///
    /// - Parameters:
    ///   - kind: what the message consists of
    ///   - content: its content; for text, UTF-8
    public init(_ kind: WebSocketMessage.Kind, _ content: ByteBuffer) {
        self.kind = kind
        self.content = content
        plain = Self.frame(kind == .text ? .text : .binary, content)
        compressed = Mutex(content.readableBytes < Self.smallestCompressed ? .useless : .unknown)
    }

    /// Makes the frame of a text message.
    public convenience init(text: String) {
        self.init(.text, ByteBuffer(string: text))
    }

    /// The bytes for a client; compressed, when first needed, for those who can read that.
    func bytes(deflating: Bool) -> ByteBuffer {
        guard deflating else { return plain }
        return compressed.withLock { compressed in
            if case .unknown = compressed {
                let smaller = MessageDeflater.shared.deflate(content)
                compressed =
                    smaller.map { .frame(Self.frame(kind == .text ? .text : .binary, $0, isCompressed: true)) } ?? .useless
            }
            if case .frame(let frame) = compressed { return frame }
            return plain
        }
    }

    /// A whole frame in one buffer. NIO's encoder would write the head of each frame for each client anew.
    static func frame(_ opcode: WebSocketOpcode, _ content: ByteBuffer, isCompressed: Bool = false) -> ByteBuffer {
        let length = content.readableBytes
        var frame = ByteBuffer()
        frame.reserveCapacity(length + 10)
        frame.writeInteger(UInt8(0x80 | (isCompressed ? 0x40 : 0)) | UInt8(webSocketOpcode: opcode))
        switch length {
        case ...125: frame.writeInteger(UInt8(length))
        case ...Int(UInt16.max):
            frame.writeInteger(UInt8(126))
            frame.writeInteger(UInt16(length))
        default:
            frame.writeInteger(UInt8(127))
            frame.writeInteger(UInt64(length))
        }
        frame.writeImmutableBuffer(content)
        return frame
    }

    /// A close frame.
    static func close(_ code: WebSocketCloseCode, _ reason: String) -> ByteBuffer {
        var content = ByteBuffer()
        if code.canBeSent {
            content.writeInteger(code.rawValue)
            // 125 bytes are all that a control frame holds; a character is not cut in two.
            var text = reason
            while text.utf8.count > 123 { text.removeLast() }
            content.writeString(text)
        }
        return frame(.connectionClose, content)
    }
}
