import HTTPTypes

/// A parsed HTTP/1 request head, with what the connection needs to know about it.
struct RequestHead {
    /// How the body is delimited.
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    var method: HTTPRequest.Method
    var path: String
    var query: String
    var authority: String?
    var version: HTTPVersion
    var headers: HTTPFields
    var framing: Framing
    /// Whether the client wants to send another request on the connection.
    var keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool
    /// Fields that rarely occur and cost something when they do.
    var notable: NotableFields
}

/// Header fields that were seen, so that the usual request is not searched for them.
struct NotableFields: OptionSet {
    let rawValue: UInt8

    static let requestID = NotableFields(rawValue: 1 << 0)
    static let acceptEncoding = NotableFields(rawValue: 1 << 1)
    static let conditional = NotableFields(rawValue: 1 << 2)
    static let origin = NotableFields(rawValue: 1 << 3)
    static let contentEncoding = NotableFields(rawValue: 1 << 4)
    static let range = NotableFields(rawValue: 1 << 5)
    static let all = NotableFields(rawValue: 0xff)

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// What a name alone says.
    init(_ name: HTTPField.Name) {
        switch name.canonicalName {
        case "x-request-id": self = .requestID
        case "accept-encoding": self = .acceptEncoding
        case "if-none-match", "if-modified-since": self = .conditional
        case "origin": self = .origin
        case "content-encoding": self = .contentEncoding
        case "range": self = .range
        default: self = []
        }
    }
}
