import AsyncHTTPClient
import HearthJSON
import NIOCore
import NIOHTTP1
import Testing

/// A client of a host's HTTP interface.
struct TestClient: Sendable {
    let base: String
    var token: String?
    /// Whether an answer 500 is an issue of the test.
    var refusesFailures = false

    init(_ host: TestHost, token: String? = nil) {
        self.init(port: host.port)
        self.token = token
    }

    /// A client of whatever listens on a port.
    init(port: Int) {
        base = "http://127.0.0.1:\(port)"
    }

    /// Does not ask for compression, so that lengths and tags are those of the content.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        // "At once" means at once: no request waits in the client for another to end.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.timeout.connect = .seconds(60)
        // Long before the host closes a connection, and soon enough for tests that count descriptors.
        configuration.connectionPool.idleTimeout = .seconds(1)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// An answer.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String

        /// The body as JSON; null when it is not.
        var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

        /// The `detail` of an error.
        var detail: String? { json["detail"]?.string }
    }

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - method: GET, POST, …
    ///   - path: From the root, such as `/api/habits`.
    ///   - json: The body.
    ///   - headers: Further header fields.
    func send(_ method: HTTPMethod, _ path: String, json: JSONValue? = nil, headers: HTTPHeaders = [:]) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: json.text))
        }
        return try await answer(to: request)
    }

    /// Sends a request as it is.
    func answer(to request: HTTPClientRequest) async throws -> Answer {
        let response = try await Self.http.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 64 << 20)
        if refusesFailures, response.status.code == 500 {
            Issue.record("\(request.method) \(request.url) is answered with 500: \(String(buffer: body))")
        }
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: body))
    }

    /// Begins to read an answer that does not end by itself.
    func open(_ path: String, headers: HTTPHeaders = [:]) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + path)
        request.headers = headers
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return try await Self.http.execute(request, timeout: .minutes(10))
    }

    func get(_ path: String) async throws -> Answer { try await send(.GET, path) }
    func post(_ path: String, _ json: JSONValue? = nil) async throws -> Answer { try await send(.POST, path, json: json) }
    func put(_ path: String, _ json: JSONValue) async throws -> Answer { try await send(.PUT, path, json: json) }
    func delete(_ path: String) async throws -> Answer { try await send(.DELETE, path) }

    /// Registers a user.
    ///
    /// - Returns: A client with his token.
    func registered(_ name: String) async throws -> TestClient {
        let answer = try await post(
            "/api/auth/register",
            ["email": .string("\(name)@example.com"), "username": .string(name), "password": "SecurePass1"])
        guard let token = answer.json["access_token"]?.string else { throw UnexpectedAnswer(answer: answer) }
        var client = self
        client.token = token
        return client
    }

    struct UnexpectedAnswer: Error { let answer: Answer }
}

extension JSONValue {
    /// A member of an object.
    subscript(name: String) -> JSONValue? {
        if case .object(let object) = self { object[name] } else { nil }
    }

    /// An element of an array.
    subscript(index: Int) -> JSONValue? {
        if case .array(let values) = self, values.indices.contains(index) { values[index] } else { nil }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var int: Int? { if case .integer(let value) = self { Int(value) } else { nil } }
    var bool: Bool? { if case .boolean(let value) = self { value } else { nil } }
    var count: Int { if case .array(let values) = self { values.count } else { 0 } }
}
