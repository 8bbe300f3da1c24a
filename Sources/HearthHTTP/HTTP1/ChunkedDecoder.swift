import HearthAddresses
import NIOCore

/// Decodes a chunked body strictly. Trailer fields are checked and dropped: nothing here may act on them.
struct ChunkedDecoder {
    private enum Phase {
        case size
        case data(remaining: Int)
        case dataEnd
        case trailers(bytes: Int)
    }

    enum Outcome {
        case piece(ByteBuffer)
        case incomplete
        case end
    }

    private static let longestLine = 1024
    private static let longestTrailers = 8 * 1024
    private var phase = Phase.size

    /// Takes the next piece out of the input.
    mutating func next(_ input: inout ByteBuffer) throws(HTTPError) -> Outcome {
        while true {
            switch phase {
            case .size:
                guard let line = try Self.line(&input, limit: Self.longestLine) else { return .incomplete }
                let size = try Self.size(line)
                phase = size == 0 ? .trailers(bytes: 0) : .data(remaining: size)
            case .data(let remaining):
                guard let piece = input.readSlice(length: min(remaining, input.readableBytes)), piece.readableBytes > 0 else {
                    return .incomplete
                }
                let rest = remaining - piece.readableBytes
                phase = rest == 0 ? .dataEnd : .data(remaining: rest)
                return .piece(piece)
            case .dataEnd:
                guard let line = try Self.line(&input, limit: 0) else { return .incomplete }
                guard line.isEmpty else { throw .malformed("A chunk is longer than its size") }
                phase = .size
            case .trailers(let bytes):
                guard let line = try Self.line(&input, limit: Self.longestTrailers - bytes) else { return .incomplete }
                if line.isEmpty { return .end }
                try Self.checkTrailer(line)
                phase = .trailers(bytes: bytes + line.count)
            }
        }
    }

    private static func line(_ input: inout ByteBuffer, limit: Int) throws(HTTPError) -> [UInt8]? {
        let view = input.readableBytesView
        guard let end = view.firstIndex(of: .lineFeed) else {
            guard view.count <= limit + 1 else { throw .malformed("A line of the chunked body is too long") }
            return nil
        }
        let length = end - view.startIndex
        guard length > 0, view[end - 1] == .carriageReturn else { throw .malformed("A line must end with CR LF") }
        guard length - 1 <= limit else { throw .malformed("A line of the chunked body is too long") }
        guard let line = input.readBytes(length: length - 1) else { return nil }
        input.moveReaderIndex(forwardBy: 2)
        return line
    }

    private static func size(_ line: [UInt8]) throws(HTTPError) -> Int {
        var size = 0
        var digits = 0
        for byte in line {
            guard let value = byte.hexValue else { break }
            size = size << 4 | Int(value)
            digits += 1
            guard digits <= 12 else { throw .malformed("A chunk is too large") }
        }
        guard digits > 0 else { throw .malformed("A chunk has no size") }
        let `extension` = line[digits...]
        guard `extension`.isEmpty || `extension`.first == UInt8(ascii: ";"),
            `extension`.allSatisfy({ $0 >= .space && $0 < 0x7f || $0 == .tab })
        else { throw .malformed("A chunk size is malformed") }
        return size
    }

    private static func checkTrailer(_ line: [UInt8]) throws(HTTPError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[..<colon].allSatisfy(\.isTokenCharacter),
            line[colon...].allSatisfy({ $0 >= .space && $0 != 0x7f || $0 == .tab })
        else { throw .malformed("A trailer field is malformed") }
    }
}
