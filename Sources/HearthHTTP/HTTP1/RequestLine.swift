import HTTPTypes
import HearthAddresses

/// The first line of a request.
struct RequestLine {
    var method: HTTPRequest.Method
    var path: String
    var query: String
    /// From an absolute-form target; it beats `Host`.
    var authority: String?
    var version: HTTPVersion

    init(_ line: UnsafeRawBufferPointer, limits: HTTPLimits) throws(HTTPError) {
        guard let first = line.firstIndex(of: .space), let last = line.lastIndex(of: .space), first < last else {
            if line.count > limits.target { throw .targetTooLong }
            throw .malformed("The request line is not method, target and version")
        }
        let target = UnsafeRawBufferPointer(rebasing: line[first + 1..<last])
        guard target.count <= limits.target else { throw .targetTooLong }
        method = try Self.method(UnsafeRawBufferPointer(rebasing: line[..<first]))
        version = try Self.version(UnsafeRawBufferPointer(rebasing: line[(last + 1)...]))
        guard !target.isEmpty, target.allSatisfy({ $0 > .space && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else {
            throw .malformed("The request target has a character that must be percent-encoded")
        }
        guard method != .connect else { throw HTTPError(.notImplemented, "CONNECT is not implemented") }

        var origin = target
        if target[0] != UInt8(ascii: "/") {
            if target.elementsEqual("*".utf8), method == .options {
                path = "*"
                query = ""
                return
            }
            (authority, origin) = try Self.absolute(target)
        }
        let mark = origin.firstIndex(of: UInt8(ascii: "?")) ?? origin.endIndex
        path = mark == 0 ? "/" : String(decoding: origin[..<mark], as: UTF8.self)
        query = mark < origin.endIndex ? String(decoding: origin[(mark + 1)...], as: UTF8.self) : ""
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) -> HTTPRequest.Method {
        for method in common where bytes.elementsEqual(method.rawValue.utf8) { return method }
        guard bytes.count <= 32, let method = HTTPRequest.Method(String(decoding: bytes, as: UTF8.self)) else {
            throw .malformed("The method is malformed")
        }
        return method
    }

    private static let common: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .head, .options]

    private static func version(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) -> HTTPVersion {
        if bytes.elementsEqual("HTTP/1.1".utf8) { return .http1_1 }
        guard bytes.count == 8, bytes.prefix(5).elementsEqual("HTTP/".utf8), bytes[6] == UInt8(ascii: "."),
            (0x30...0x39).contains(bytes[5]), (0x30...0x39).contains(bytes[7])
        else { throw .malformed("The protocol version is malformed") }
        switch bytes[5] {
        case UInt8(ascii: "0"): throw .malformed("HTTP/0.9 is not spoken here")
        case UInt8(ascii: "1"): return bytes[7] == UInt8(ascii: "0") ? .http1_0 : .http1_1
        default: throw HTTPError(.httpVersionNotSupported, "Only HTTP/1.0 and HTTP/1.1 are spoken here")
        }
    }

    private static func absolute(_ target: UnsafeRawBufferPointer) throws(HTTPError) -> (String, UnsafeRawBufferPointer) {
        for scheme in ["http://", "https://"] where target.count > scheme.utf8.count {
            let prefix = target.prefix(scheme.utf8.count)
            guard zip(prefix, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            let rest = target[scheme.utf8.count...]
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            let authority = String(decoding: rest[..<end], as: UTF8.self)
            guard Authority.isValid(authority) else { break }
            return (authority, UnsafeRawBufferPointer(rebasing: rest[end...]))
        }
        throw .malformed("The request target must be a path or an http address")
    }
}

/// `host` or `host:port` as in `Host`.
enum Authority {
    /// Whether it is one, without user information.
    static func isValid(_ text: String) -> Bool {
        guard !text.isEmpty else { return false }
        var host = Substring(text)
        var port: Substring?
        if host.utf8.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: "]") else { return false }
            let rest = host[host.index(after: close)...]
            host = host[host.index(after: host.startIndex)..<close]
            guard rest.isEmpty || rest.first == ":" else { return false }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.utf8.allSatisfy({ $0.hexValue != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
                return false
            }
        } else if let colon = host.firstIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        if let port, !port.isEmpty {
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port), number <= 65535 else {
                return false
            }
        }
        return !host.isEmpty
            && host.utf8.allSatisfy {
                $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                    || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "~")
            }
    }
}
