import Foundation
import HTTPTypes
import HearthConfiguration
import HearthHTTP
import HearthThreads
import NIOCore
import TestServers
import Testing

@testable import HearthClient

@Suite struct RecordingTests {
    private static func file() -> String {
        FileManager.default.temporaryDirectory.appending(path: "hearth-recording-\(UUID().uuidString).jsonl").path
    }

    @Test func `what was recorded is replayed without a network`() async throws {
        let file = Self.file()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let base = try await LocalHTTPServer.run(answer: { request, number in
            ServerResponse(
                status: .created, headers: [.setCookie: "session=1", .contentType: "application/octet-stream"],
                body: .bytes(ByteBuffer(bytes: [0xFF, UInt8(number)] + Array(request.body.utf8))))
        }) { server in
            let client = OutboundClient(
                transport: RecordingTransport(NetworkTransport(), to: file), now: { 0 }, uptime: { .now })
            for body in ["one", "two", "one"] {
                var request = ClientRequest(
                    "POST", server.base + "/x", headers: [("Authorization", "top secret")], body: .bytes(ByteBuffer(string: body))
                )
                request.attempts = 1
                _ = try await client.text(request)
            }
            await client.shutdown()
            return server.base
        }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(!text.contains("secret"))
        #expect(!text.contains("session"))
        let client = OutboundClient(try ReplayingTransport(file))
        func replay(_ body: String) async throws(ClientError) -> [UInt8] {
            let caller = OutboundClient.Caller(owner: "tester", grant: .init(hosts: ["http://*:*"]))
            let request = ClientRequest("POST", base + "/x", body: .bytes(ByteBuffer(string: body)))
            let (response, body) = try await client.send(request, for: caller, until: .after(.seconds(30)))
            #expect(response.status == 201)
            return Array(body.readableBytesView)
        }
        #expect(try await replay("one") == [0xFF, 1] + Array("one".utf8))
        #expect(try await replay("one") == [0xFF, 3] + Array("one".utf8))
        #expect(try await replay("one") == [0xFF, 3] + Array("one".utf8))
        #expect(try await replay("two") == [0xFF, 2] + Array("two".utf8))
        let error = await #expect(throws: ClientError.self) { try await replay("three") }
        #expect(error?.code == "not_recorded")
    }

    @Test func `a line that is no recording is named`() throws {
        let file = Self.file()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let good = Recording(method: "GET", url: "http://a/", requestBody: [], status: 200, headers: [], body: [1, 0xFF]).line
        try (good + "{}\n").write(toFile: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: ClientError.self) { try ReplayingTransport(file) }
        #expect(error?.message == "\(file):2: this is no recorded request")
    }
}
