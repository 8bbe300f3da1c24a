import HTTPTypes

/// Finds the names of header fields without making strings of the common ones.
enum FieldNames {
    /// The name that the bytes spell; nil when they are no token.
    static func name(_ bytes: UnsafeRawBufferPointer) -> HTTPField.Name? {
        if bytes.count < common.count {
            for name in common[bytes.count] where matches(bytes, name.canonicalName) { return name }
        }
        guard !bytes.isEmpty, bytes.allSatisfy(\.isTokenCharacter) else { return nil }
        return HTTPField.Name(String(decoding: bytes, as: UTF8.self))
    }

    private static func matches(_ bytes: UnsafeRawBufferPointer, _ lowercase: String) -> Bool {
        var index = 0
        for expected in lowercase.utf8 {
            var byte = bytes[index]
            // Only letters have a lower case: "Host" | 0x20 must not equal a control character's neighbour.
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { byte |= 0x20 }
            guard byte == expected else { return false }
            index += 1
        }
        return true
    }

    /// The common names by length.
    private static let common: [[HTTPField.Name]] = {
        let names: [HTTPField.Name] = [
            .accept, .acceptEncoding, .acceptLanguage, .authorization, .cacheControl, .connection, .contentEncoding,
            .contentLength,
            .contentType, .cookie, .expect, HTTPField.Name(token: "Host"), .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange,
            .origin, .range, .referer,
            .te,
            .traceparent, .transferEncoding, .upgrade, .userAgent, .requestID,
        ]
        let longest = names.map { $0.canonicalName.utf8.count }.max() ?? 0
        return (0...longest).map { length in names.filter { $0.canonicalName.utf8.count == length } }
    }()
}

extension HTTPField.Name {
    /// `X-Request-ID`.
    public static let requestID = HTTPField.Name(token: "X-Request-ID")
    /// `RateLimit-Policy`: how many requests may be sent.
    public static let rateLimitPolicy = HTTPField.Name(token: "RateLimit-Policy")
    /// `RateLimit`: how many of them are left.
    public static let rateLimit = HTTPField.Name(token: "RateLimit")

    /// A name that stands in the source.
    public init(token: StaticString) {
        guard let name = HTTPField.Name("\(token)") else { preconditionFailure("\(token) is no field name") }
        self = name
    }
}
