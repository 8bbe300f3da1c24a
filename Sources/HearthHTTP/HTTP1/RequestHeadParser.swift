import HTTPTypes
import NIOCore

/// Parses HTTP/1 request heads strictly: whatever two parsers could read differently is refused.
///
/// NIO's decoder would tell neither 414 from 431 nor a folded line from a plain one, and costs a second conversion of
/// every header field. This one reads each byte once, however slowly they come.
struct RequestHeadParser {
    enum Outcome {
        case incomplete
        case head(RequestHead)
        case refused(HTTPError)
    }

    private let limits: HTTPLimits
    /// Offset of the line being read, from the reader index.
    private var line = 0
    /// How far line ends have been looked for.
    private var scanned = 0
    private var fields: HeadFields

    init(limits: HTTPLimits) {
        self.limits = limits
        self.fields = HeadFields(limits: limits)
    }

    /// Whether a head has begun.
    var hasBegun: Bool { scanned > 0 || fields.requestLine != nil }

    /// Parses what has arrived. Bytes are consumed when the head is complete, and then exactly its own.
    mutating func parse(_ input: inout ByteBuffer) -> Outcome {
        do throws(HTTPError) {
            let head = try input.withHeadBytes { (bytes) throws(HTTPError) in try parse(bytes) }
            guard let head else { return .incomplete }
            input.moveReaderIndex(forwardBy: line)
            self = RequestHeadParser(limits: limits)
            return .head(head)
        } catch {
            return .refused(error)
        }
    }

    private mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) -> RequestHead? {
        while let end = bytes[max(line, scanned)...].firstIndex(of: .lineFeed) {
            guard end > line, bytes[end - 1] == .carriageReturn else { throw .malformed("A line must end with CR LF") }
            let content = UnsafeRawBufferPointer(rebasing: bytes[line..<end - 1])
            let begin = line
            line = end + 1
            scanned = line
            if fields.requestLine == nil {
                // Some clients send an empty line after a body; RFC 9112 2.2 asks to skip it.
                if content.isEmpty, begin < 4 { continue }
                try fields.takeRequestLine(content)
            } else if content.isEmpty {
                return try fields.finish()
            } else {
                try fields.takeField(content)
            }
        }
        scanned = bytes.count
        try checkUnfinishedLine(length: bytes.count - line)
        return nil
    }

    /// Refuses a line that is too long already, without waiting for its end.
    private func checkUnfinishedLine(length: Int) throws(HTTPError) {
        if fields.requestLine == nil {
            guard length <= limits.target + 64 else { throw .targetTooLong }
        } else {
            guard length <= limits.headerField, length + fields.size <= limits.headerList else { throw .headersTooLarge }
        }
    }
}

extension ByteBuffer {
    /// `withUnsafeReadableBytes` with a typed error.
    fileprivate func withHeadBytes<Value>(
        _ body: (UnsafeRawBufferPointer) throws(HTTPError) -> Value
    ) throws(HTTPError) -> Value {
        let result = withUnsafeReadableBytes { bytes -> Result<Value, HTTPError> in
            do throws(HTTPError) {
                return .success(try body(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

extension HTTPError {
    static func malformed(_ detail: String) -> HTTPError { HTTPError(.badRequest, detail) }
    static var targetTooLong: HTTPError { HTTPError(.uriTooLong, "The request target is too long") }
    static var headersTooLarge: HTTPError { HTTPError(.requestHeaderFieldsTooLarge, "The header fields are too large") }
}

extension UInt8 {
    static var lineFeed: UInt8 { 0x0a }
    static var carriageReturn: UInt8 { 0x0d }
    static var space: UInt8 { 0x20 }
    static var tab: UInt8 { 0x09 }

    /// A character of a token (RFC 9110 5.6.2).
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: isLetterOrDigit
        }
    }
}
