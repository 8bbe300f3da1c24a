import HearthThreads
import NIOCore
import Testing

@testable import HearthClient

/// When a call is made again, and when not.
@Suite struct RetryTests {
    private static func failing(_ times: Int, _ status: Int = 503) -> ScriptedTransport {
        ScriptedTransport { _, number in number <= times ? .text(status) : .text(200, "at last") }
    }

    @Test(arguments: [("GET", 3, 200), ("PUT", 3, 200), ("POST", 1, 503), ("PATCH", 1, 503)])
    func `what can be repeated without harm is tried three times`(method: String, calls: Int, status: Int) async throws {
        let transport = Self.failing(2)
        let answer = try await OutboundClient(transport).text(ClientRequest(method, "https://api.example/"))
        #expect(answer.status == status)
        #expect(transport.requests.count == calls)
    }

    @Test func `a request with a key is repeated when it says so`() async throws {
        let transport = Self.failing(1)
        var request = ClientRequest("POST", "https://api.example/", body: .bytes(ByteBuffer(string: "pay")))
        request.isIdempotent = true
        #expect(try await OutboundClient(transport).text(request).status == 200)
        for sent in transport.requests {
            guard case .bytes(let bytes) = sent.body else { continue }
            #expect(String(buffer: bytes) == "pay")
        }
        #expect(transport.requests.count == 2)
    }

    @Test func `any method is repeated when nothing can have been sent`() async throws {
        let transport = ScriptedTransport { _, number throws(ClientError) in
            if number == 1 { throw ClientError(.unavailable, code: "connect", "refused", isUnsent: true) }
            return .text(201)
        }
        #expect(try await OutboundClient(transport).text(ClientRequest("POST", "https://api.example/")).status == 201)
    }

    @Test func `an answer that is final is not repeated`() async throws {
        let transport = Self.failing(9, 500)
        #expect(try await OutboundClient(transport).text(ClientRequest("GET", "https://api.example/")).status == 500)
        #expect(transport.requests.count == 1)
    }

    @Test func `the last answer is given, not an error`() async throws {
        let transport = Self.failing(9)
        #expect(try await OutboundClient(transport).text(ClientRequest("GET", "https://api.example/")).status == 503)
        #expect(transport.requests.count == 3)
    }

    @Test func `Retry-After decides the pause, and an answer is given when the time does not allow it`() async throws {
        let transport = ScriptedTransport { _, _ in .text(429, "later", [("Retry-After", "3600")]) }
        let answer = try await OutboundClient(transport).text(ClientRequest("GET", "https://api.example/"))
        #expect(answer == (429, "later"))
        #expect(transport.requests.count == 1)
        let soon = ScriptedTransport { _, number in number == 1 ? .text(503, "", [("Retry-After", "0")]) : .text(200) }
        #expect(try await OutboundClient(soon).text(ClientRequest("GET", "https://api.example/")).status == 200)
    }

    @Test func `Retry-After is read as seconds and as a date`() {
        #expect(Retrying.duration(of: "120", now: 0) == .seconds(120))
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.seconds("Thu, 29 Feb 2024 23:59:59 GMT") == 1_709_251_199)
        #expect(Retrying.duration(of: "Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_770_000_000) == .seconds(7))
        #expect(Retrying.duration(of: "Sun, 06 Nov 1994 08:49:37 GMT", now: 784_111_790_000_000) == .zero)
        for text in ["", "-1", "soon", "1.5", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT"] {
            #expect(Retrying.duration(of: text, now: 0) == nil)
        }
    }

    @Test func `pauses grow, up to a limit, and differ`() {
        for (attempt, whole) in [(1, 0.2), (2, 0.4), (3, 0.8), (40, 10.0)] {
            let pauses = (0..<50).map { _ in Retrying.pause(after: attempt, retryAfter: nil, now: 0) }
            #expect(pauses.allSatisfy { $0 >= .seconds(whole / 2) && $0 <= .seconds(whole) })
            #expect(Set(pauses).count > 1)
        }
    }

    @Test func `an origin that fails five times in a row rests, others do not`() async throws {
        let uptime = Uptime()
        let transport = ScriptedTransport { request, _ in .text(request.url.host == "bad.example" ? 503 : 200) }
        let client = OutboundClient(transport, uptime: uptime)
        var request = ClientRequest("GET", "https://bad.example/")
        request.attempts = 1
        for _ in 0..<5 { _ = try await client.text(request) }
        let error = await #expect(throws: ClientError.self) { try await client.text(request) }
        #expect(error?.code == "circuit_open")
        #expect(transport.requests.count == 5)
        #expect(try await client.text(ClientRequest("GET", "https://good.example/")).status == 200)
        uptime.advance(by: 11)
        _ = try await client.text(request)
        #expect(transport.requests.count == 7)
        await #expect(throws: ClientError.self) { try await client.text(request) }
        #expect(transport.requests.count == 7)
    }
}
