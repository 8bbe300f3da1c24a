import Glibc
import HTTPTypes
import NIOCore
import Synchronization

/// Takes header fields, in the form of a protocol version.
protocol FieldSink {
    mutating func add(_ name: HTTPField.Name, _ value: String)
    mutating func add(_ standing: StandingFields.Rendered)
}

extension HTTPFields: FieldSink {
    mutating func add(_ name: HTTPField.Name, _ value: String) {
        append(HTTPField(name: name, value: value))
    }

    mutating func add(_ standing: StandingFields.Rendered) {
        append(contentsOf: standing.fields)
    }
}

/// The fields of every answer: date, server, security. Rendered once a second.
final class StandingFields: Sendable {
    struct Rendered: Sendable {
        var second = 0
        var text = ByteBuffer()
        var fields = HTTPFields()
    }

    private let serverName: String
    private let isSecure: Bool
    private let rendered = Mutex(Rendered())

    init(serverName: String, isSecure: Bool) {
        self.serverName = serverName
        self.isSecure = isSecure
    }

    var current: Rendered {
        let now = time(nil)
        return rendered.withLock { rendered in
            if rendered.second != now { rendered = render(now) }
            return rendered
        }
    }

    private func render(_ second: Int) -> Rendered {
        var fields: HTTPFields = [
            .date: HTTPDate.text(second), .server: serverName, .xContentTypeOptions: "nosniff",
        ]
        if isSecure { fields[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        var text = ByteBuffer()
        for field in fields { text.writeField(field.name, field.value) }
        return Rendered(second: second, text: text, fields: fields)
    }
}

extension PreparedAnswer {
    /// Writes all header fields but those of the connection.
    func writeFields(to sink: inout some FieldSink, standing: StandingFields) {
        var sets: Set = []
        // Only the answer that asks for an upgrade may name what to upgrade to.
        for field in headers where !sets.takes(field.name) || (status == .upgradeRequired && field.name == .upgrade) {
            sink.add(field.name, field.value)
        }
        if let length { sink.add(.contentLength, String(length)) }
        if let entityTag { sink.add(.eTag, isCompressed ? "W/" + entityTag : entityTag) }
        if isCompressed { sink.add(.contentEncoding, "gzip") }
        switch (variesByEncoding, variesByOrigin) {
        case (true, true): sink.add(.vary, "Accept-Encoding, Origin")
        case (true, false): sink.add(.vary, "Accept-Encoding")
        case (false, true): sink.add(.vary, "Origin")
        case (false, false): break
        }
        if let challenge { sink.add(.wwwAuthenticate, challenge) }
        if !sets.contains(.frameOptions) { sink.add(.frameOptions, "DENY") }
        if !sets.contains(.referrerPolicy) { sink.add(.referrerPolicy, "no-referrer") }
        if !sets.contains(.contentSecurityPolicy), MediaKind.isJSON(headers[.contentType]) {
            sink.add(.contentSecurityPolicy, "default-src 'none'")
        }
        sink.add(standing.current)
        sink.add(.requestID, requestID)
    }

    /// Which fields the handler has set that the transport would set otherwise.
    private struct Set: OptionSet {
        let rawValue: UInt8
        static let frameOptions = Set(rawValue: 1)
        static let referrerPolicy = Set(rawValue: 2)
        static let contentSecurityPolicy = Set(rawValue: 4)

        /// Whether the field is the transport's own, so that the handler's is left out.
        mutating func takes(_ name: HTTPField.Name) -> Bool {
            switch name.canonicalName {
            case "content-length", "connection", "transfer-encoding", "keep-alive", "upgrade", "date", "server", "x-request-id",
                "x-content-type-options", "strict-transport-security":
                return true
            case "x-frame-options": insert(.frameOptions)
            case "referrer-policy": insert(.referrerPolicy)
            case "content-security-policy": insert(.contentSecurityPolicy)
            default: break
            }
            return false
        }
    }
}

extension HTTPField.Name {
    static let frameOptions = HTTPField.Name(token: "X-Frame-Options")
    static let referrerPolicy = HTTPField.Name(token: "Referrer-Policy")
}

extension ByteBuffer {
    /// Writes a header field as HTTP/1 does.
    mutating func writeField(_ name: HTTPField.Name, _ value: String) {
        writeString(name.rawName)
        writeStaticString(": ")
        writeString(value)
        writeStaticString("\r\n")
    }
}

/// What a media type means to the transport.
enum MediaKind {
    static func isJSON(_ type: String?) -> Bool {
        guard let essence = essence(type) else { return false }
        return essence == "application/json" || essence.hasSuffix("+json")
    }

    /// Whether it is text that gets smaller.
    static func isCompressible(_ type: String?) -> Bool {
        guard let essence = essence(type) else { return false }
        return essence == "application/json" || essence.hasPrefix("text/") || essence.hasSuffix("+json")
            || essence.hasSuffix("xml")
            || essence.hasSuffix("javascript")
    }

    private static func essence(_ type: String?) -> Substring? {
        guard let type else { return nil }
        guard let end = type.utf8.firstIndex(of: UInt8(ascii: ";")) else { return Substring(type) }
        return type[..<end].trimmed
    }
}
