import CHearth
import HearthJSON

/// A request to another server.
public struct ClientRequest: Sendable {
    /// `GET`, `POST`, …
    public enum Method: String, Sendable {
        /// Reads.
        case get = "GET"
        /// Reads the head only.
        case head = "HEAD"
        /// Asks what can be done.
        case options = "OPTIONS"
        /// Does something.
        case post = "POST"
        /// Replaces.
        case put = "PUT"
        /// Changes a part.
        case patch = "PATCH"
        /// Deletes.
        case delete = "DELETE"
    }

    /// What is sent.
    public enum Body: Sendable {
        /// Bytes, which can be sent again.
        case bytes([UInt8])
        /// Pieces that a function sends one after the other: the request is then tried once.
        case stream(@Sendable (ClientUpload) async throws -> Void)
    }

    /// `GET`, `POST`, …
    public var method: Method
    /// Absolute, percent-encoded.
    public var url: String
    /// In order.
    public var headers: [(name: String, value: String)]
    /// What is sent.
    public var body = Body.bytes([])
    /// How long the whole may take; of a streamed response: until its head, and then for each piece. nil: 30 seconds.
    public var timeout: Duration?
    /// How often it is tried at most; nil: three times.
    public var attempts: Int?
    /// The most bytes of the response; nil: 10 MiB.
    public var responseLimit: Int?
    /// Whether trying a `POST` or `PATCH` twice does no harm, since it carries a key by which the server knows it again.
    public var isIdempotent = false
    /// Whether redirects are followed.
    public var followsRedirects = true

    /// A request without a body.
    public init(_ method: Method = .get, _ url: String, headers: [(name: String, value: String)] = []) {
        self.method = method
        self.url = url
        self.headers = headers
    }

    /// A request with a value as JSON.
    public init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], json: some JSONEncodable
    ) {
        self.init(method, url, headers: headers + [("Content-Type", "application/json")])
        var writer = JSONWriter()
        json.write(to: &writer)
        body = .bytes(writer.bytes)
    }

    /// Lends the request in the form of the C interface.
    func lend<R>(_ use: (UnsafePointer<hearth_client_request>) -> R) -> R {
        var flags: UInt32 = 0
        if isIdempotent { flags |= UInt32(HEARTH_CLIENT_IDEMPOTENT) }
        if !followsRedirects { flags |= UInt32(HEARTH_CLIENT_NO_REDIRECTS) }
        var bytes: [UInt8] = []
        switch body {
        case .bytes(let given): bytes = given
        case .stream: flags |= UInt32(HEARTH_CLIENT_STREAMED_BODY)
        }
        return Pairs.lend(headers) { pairs in
            method.rawValue.lending(with: url) { method, url in
                bytes.lending { body in
                    var request = hearth_client_request(
                        size: UInt32(MemoryLayout<hearth_client_request>.size), flags: flags, method: method, url: url,
                        headers: pairs.baseAddress, header_count: UInt64(pairs.count), body: body,
                        timeout: timeout.map { UInt32(clamping: max(1, $0 / .milliseconds(1))) } ?? 0,
                        attempts: attempts.map { UInt32(clamping: max(1, $0)) } ?? 0,
                        response_limit: responseLimit.map { UInt64(max(1, $0)) } ?? 0)
                    return use(&request)
                }
            }
        }
    }
}

extension Duration {
    /// Whole units, as far as they fit.
    fileprivate static func / (duration: Duration, unit: Duration) -> Int64 {
        let ratio: Double = duration / unit
        return ratio < Double(UInt32.max) ? Int64(ratio) : Int64(UInt32.max)
    }
}
