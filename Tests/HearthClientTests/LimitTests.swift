import Foundation
import HTTPTypes
import HearthConfiguration
import HearthHTTP
import HearthThreads
import NIOCore
import Synchronization
import TestServers
import Testing

@testable import HearthClient

/// How much and how long, with a real server.
@Suite struct LimitTests {
    private static let caller = OutboundClient.Caller(
        owner: "tester", grant: ClientGrant(hosts: ["http://*:*"], privateNetworks: ["127.0.0.0/8"]))

    private static func client() -> OutboundClient {
        OutboundClient(now: { 0 }, uptime: { .now })
    }

    @Test func `a response that is too large is given up`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text(String(repeating: "x", count: 200_000)) }) { server in
            let client = Self.client()
            var request = ClientRequest("GET", server.base)
            request.responseLimit = 100_000
            let error = await #expect(throws: ClientError.self) { try await client.text(request) }
            #expect(error?.kind == .tooLarge)
            request.responseLimit = 200_000
            let count = try await client.text(request).text.count
            #expect(count == 200_000)
            await client.shutdown()
        }
    }

    @Test func `a server that does not answer is waited for no longer than the caller wants`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in
            try await Task.sleep(for: .seconds(600))
            return .text("late")
        }) { server in
            let client = Self.client()
            var request = ClientRequest("GET", server.base)
            request.timeout = .milliseconds(200)
            let error = await #expect(throws: ClientError.self) { try await client.text(request) }
            #expect(error?.kind == .timeout)
            let end = await #expect(throws: ClientError.self) {
                try await client.send(ClientRequest("GET", server.base), for: Self.caller, until: .after(.milliseconds(200)))
            }
            #expect(end?.kind == .timeout)
            await client.shutdown()
        }
    }

    @Test func `a time-out is told in a number for people`() async throws {
        let error = await #expect(throws: ClientError.self) {
            try await TimeLimit.run(.nanoseconds(4_999_999), "the call") { try await Task.sleep(for: .seconds(600)) }
        }
        #expect(error?.message == "the call took longer than 0.005 seconds")
    }

    @Test func `who gives up is told at once`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in
            try await Task.sleep(for: .seconds(600))
            return .text("late")
        }) { server in
            let client = Self.client()
            let call = Task { () -> ClientError.Kind? in
                do throws(ClientError) {
                    _ = try await client.text(ClientRequest("GET", server.base))
                    return nil
                } catch { return error.kind }
            }
            while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            call.cancel()
            #expect(await call.value == .cancelled)
            await client.shutdown()
        }
    }

    @Test func `a response is read as fast as the reader wants, and given up with him`() async throws {
        let sent = Counter()
        try await LocalHTTPServer.run(answer: { _, _ in
            ServerResponse(
                body: .stream(length: nil) { out in
                    defer { sent.end() }
                    while true {
                        try await out.write(ByteBuffer(repeating: 7, count: 1 << 16))
                        sent.add()
                    }
                })
        }) { server in
            let client = Self.client()
            var request = ClientRequest("GET", server.base)
            request.responseLimit = .max
            do {
                let response = try await client.open(request, for: Self.caller, until: .after(.seconds(60)))
                let first = try await response.body.next()?.readableBytesView.first
                #expect(first == 7)
                // What the sockets hold, and not one piece more: the server comes to a stop.
                var before = -1
                while before != sent.count {
                    before = sent.count
                    try await Task.sleep(for: .milliseconds(300))
                }
                #expect(sent.count < 1_000)
            }
            // Nobody holds the response any more.
            let hasEnded = try await within(.seconds(30)) { sent.hasEnded }
            #expect(hasEnded)
            await client.shutdown()
        }
    }

    @Test func `a body is sent piece by piece`() async throws {
        try await LocalHTTPServer.run(answer: { request, _ in .text("\(request.body.count)") }) { server in
            let client = Self.client()
            let left = Mutex(40)
            let request = ClientRequest(
                "POST", server.base,
                body: .stream {
                    left.withLock { left in
                        left -= 1
                        return left >= 0 ? ByteBuffer(string: String(repeating: "b", count: 10_000)) : nil
                    }
                })
            let text = try await client.text(request).text
            #expect(text == "400000")
            await client.shutdown()
        }
    }

    @Test func `a caller has a hundred calls under way and no more`() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        let transport = ScriptedTransport { request, _ in
            if request.url.target == "/slow" { for await _ in gate.stream {} }
            return .text(200)
        }
        let client = OutboundClient(transport)
        let calls = (0..<OutboundClient.mostCalls).map { _ in
            Task { try await client.text(ClientRequest("GET", "https://api.example/slow")).status }
        }
        while transport.requests.count < OutboundClient.mostCalls { try await Task.sleep(for: .milliseconds(5)) }
        let error = await #expect(throws: ClientError.self) {
            try await client.text(ClientRequest("GET", "https://api.example/"))
        }
        #expect(error?.kind == .busy)
        let other = try await client.send(
            ClientRequest("GET", "https://api.example/"),
            for: .init(owner: "another", grant: ClientGrant(hosts: ["api.example"])), until: .after(.seconds(30)))
        #expect(other.response.status == 200)
        gate.continuation.finish()
        for call in calls { #expect(try await call.value == 200) }
        let afterwards = try await client.text(ClientRequest("GET", "https://api.example/")).status
        #expect(afterwards == 200)
    }

    @Test(arguments: ["Host", "content-length", "Transfer-Encoding", "Connection", "bad name", ""])
    func `fields that frame the message are the client's`(name: String) async throws {
        let client = OutboundClient(ScriptedTransport { _, _ in .text(200) })
        let error = await #expect(throws: ClientError.self) {
            try await client.text(ClientRequest("GET", "https://api.example/", headers: [(name, "1")]))
        }
        #expect(error?.kind == .invalid)
        let injected = await #expect(throws: ClientError.self) {
            try await client.text(ClientRequest("GET", "https://api.example/", headers: [("X-A", "1\r\nX-B: 2")]))
        }
        #expect(injected?.kind == .invalid)
    }

    private final class Counter: Sendable {
        private let state = Mutex((count: 0, hasEnded: false))
        var count: Int { state.withLock { $0.count } }
        var hasEnded: Bool { state.withLock { $0.hasEnded } }
        func add() { state.withLock { $0.count += 1 } }
        func end() { state.withLock { $0.hasEnded = true } }
    }

    private func within(_ limit: Duration, _ isSo: () -> Bool) async throws -> Bool {
        let end = Deadline.after(limit)
        while !isSo() {
            if end.hasPassed { return false }
            try await Task.sleep(for: .milliseconds(10))
        }
        return true
    }
}
