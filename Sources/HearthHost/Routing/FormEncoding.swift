import HTTPTypes
import HearthHTTP
import NIOCore

/// How a form is written: as a query, or in parts (RFC 7578).
enum FormEncoding: Equatable {
    case query
    case multipart(boundary: String)

    /// Reads the content type; nil when it is no form.
    init?(contentType: String) {
        let pieces = contentType.split(separator: ";", maxSplits: 1)
        switch pieces.first.map({ FormEncoding.trim($0).lowercased() }) {
        case "application/x-www-form-urlencoded": self = .query
        case "multipart/form-data":
            guard pieces.count == 2,
                let boundary = FormEncoding.parameter("boundary", in: String(pieces[1])), (1...70).contains(boundary.utf8.count)
            else { return nil }
            self = .multipart(boundary: boundary)
        default: return nil
        }
    }

    /// Splits a body into its parts.
    ///
    /// - Throws: `HTTPError` 400 when it is malformed or has more than 1,000 parts.
    func parts(of body: ByteBuffer) throws -> [RoutedPart] {
        switch self {
        case .query:
            guard let pairs = QueryText.pairs(String(buffer: body)) else {
                throw HTTPError(.badRequest, "The form has a broken percent-encoding")
            }
            try Self.limit(pairs.count)
            return pairs.map {
                RoutedPart(name: $0.name, fileName: nil, contentType: nil, content: ByteBuffer(string: $0.value))
            }
        case .multipart(let boundary): return try Self.multipart(body, boundary)
        }
    }

    private static func limit(_ count: Int) throws {
        guard count <= 1000 else { throw HTTPError(.badRequest, "The form has more than 1000 parts") }
    }

    private static func multipart(_ body: ByteBuffer, _ boundary: String) throws -> [RoutedPart] {
        let delimiter = Array("--\(boundary)".utf8)
        let bytes = Array(body.readableBytesView)
        var parts: [RoutedPart] = []
        guard var position = find(delimiter, in: bytes, from: 0) else { throw malformed("the boundary is missing") }
        while true {
            position += delimiter.count
            if bytes[position...].starts(with: Array("--".utf8)) { return parts }
            guard bytes[position...].starts(with: [0x0D, 0x0A]) else {
                throw malformed("a boundary is not followed by a line end")
            }
            position += 2
            guard let headEnd = find([0x0D, 0x0A, 0x0D, 0x0A], in: bytes, from: position) else {
                throw malformed("a part has no end of its header")
            }
            guard let end = find([0x0D, 0x0A] + delimiter, in: bytes, from: headEnd + 2) else {
                throw malformed("the last boundary is missing")
            }
            let contentStart = headEnd + 4
            let content = contentStart <= end ? Array(bytes[contentStart..<end]) : []
            parts.append(try part(head: bytes[position..<headEnd], content: content))
            try limit(parts.count)
            position = end + 2
        }
    }

    private static func part(head: ArraySlice<UInt8>, content: [UInt8]) throws -> RoutedPart {
        var name: String?
        var fileName: String?
        var contentType: String?
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { throw malformed("a header line of a part has no colon") }
            let value = String(line[line.index(after: colon)...])
            switch trim(line[..<colon]).lowercased() {
            case "content-disposition":
                name = parameter("name", in: value)
                fileName = parameter("filename", in: value)
            case "content-type": contentType = trim(value[...])
            default: break
            }
        }
        guard let name else { throw malformed("a part has no name") }
        return RoutedPart(name: name, fileName: fileName, contentType: contentType, content: ByteBuffer(bytes: content))
    }

    private static func malformed(_ what: String) -> HTTPError { HTTPError(.badRequest, "The form is malformed: \(what)") }

    /// The value of a parameter such as `name="a"` behind a semicolon.
    private static func parameter(_ name: String, in text: String) -> String? {
        for piece in text.split(separator: ";") {
            guard let equals = piece.firstIndex(of: "="), trim(piece[..<equals]).lowercased() == name else { continue }
            let value = trim(piece[piece.index(after: equals)...])
            guard value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 else { return value }
            return String(value.dropFirst().dropLast()).replacing("%22", with: "\"")
        }
        return nil
    }

    private static func trim(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = pattern.first, start <= bytes.count else { return nil }
        var position = start
        while let candidate = bytes[position...].firstIndex(of: first) {
            if bytes[candidate...].starts(with: pattern) { return candidate }
            position = candidate + 1
        }
        return nil
    }
}
