import NIOCore

/// Takes the body of one request out of a connection's bytes.
struct RequestBodyDecoder {
    private enum Phase {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case end
    }

    private var phase: Phase
    private let limit: Int
    /// Bytes of the body so far.
    private(set) var received = 0

    init(_ framing: RequestHead.Framing, limit: Int) {
        self.limit = limit
        switch framing {
        case .none: phase = .end
        case .length(let length): phase = .length(remaining: length)
        case .chunked: phase = .chunked(ChunkedDecoder())
        }
    }

    /// Whether the whole body has been taken.
    var isAtEnd: Bool {
        if case .end = phase { true } else { false }
    }

    /// Bytes that are still to come, if that is known.
    var remaining: Int? {
        switch phase {
        case .length(let remaining): remaining
        case .chunked: nil
        case .end: 0
        }
    }

    /// The next piece that has arrived; nil when there is none, or at the end.
    mutating func next(_ input: inout ByteBuffer) throws(HTTPError) -> ByteBuffer? {
        switch phase {
        case .end:
            return nil
        case .length(let remaining):
            guard let piece = input.readSlice(length: min(remaining, input.readableBytes)), piece.readableBytes > 0 else {
                return nil
            }
            let rest = remaining - piece.readableBytes
            phase = rest == 0 ? .end : .length(remaining: rest)
            received += piece.readableBytes
            return piece
        case .chunked(var decoder):
            let outcome = try decoder.next(&input)
            phase = .chunked(decoder)
            switch outcome {
            case .incomplete:
                return nil
            case .end:
                phase = .end
                return nil
            case .piece(let piece):
                received += piece.readableBytes
                guard received <= limit else { throw .bodyTooLarge(limit: limit) }
                return piece
            }
        }
    }
}
