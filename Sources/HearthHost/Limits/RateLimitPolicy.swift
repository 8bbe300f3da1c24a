/// So many requests in a window, and what header fields say of it (draft-ietf-httpapi-ratelimit-headers-11).
struct RateLimitPolicy: Sendable {
    /// How long requests are counted.
    static let window = Duration.seconds(60)

    /// The name, in header fields and metrics.
    let name: String
    /// How many requests may be made in a window.
    let requests: Int
    /// The value of `RateLimit-Policy`.
    let field: String
    private let keyPrefix: String
    private let fieldPrefix: String

    /// - Parameters:
    ///   - name: visible ASCII or blanks; what is counted together has the same
    ///   - requests: how many may be made in a window
    init(_ name: String, requests: Int) {
        self.name = name
        self.requests = requests
        let quoted = Self.quoted(name)
        field = "\(quoted);q=\(requests);w=\(Self.window.components.seconds)"
        keyPrefix = "limit:\(name):"
        fieldPrefix = "\(quoted);r="
    }

    /// Under which key the requests of a caller are counted.
    func key(of caller: String) -> String { keyPrefix + caller }

    /// The value of `RateLimit`.
    ///
    /// - Parameters:
    ///   - remaining: how many requests may still be made
    ///   - seconds: until the window ends
    func field(remaining: Int64, seconds: Int64) -> String { "\(fieldPrefix)\(remaining);t=\(seconds)" }

    /// A String of RFC 9651. What it cannot hold is a question mark.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append((0x20...0x7E).contains(scalar.value) ? scalar : "?")
        }
        return quoted + "\""
    }
}
