import Foundation
import HTTPTypes
import HearthHTTP
import HearthJSON
import NIOCore
import TestServers
import Testing

/// Requests of plugins to other servers, through a whole host.
@Suite struct PluginClientTests {
    private static let base = "/api/kit-features"

    /// Lets the plugin call servers of this machine.
    private static let granted = "client = { hosts = [\"http://127.0.0.1:*\"], private = [\"127.0.0.0/8\"] }"

    @Test func `a plugin calls a server and is told what it answers`() async throws {
        try await LocalHTTPServer.run(answer: { request, number in
            number == 1 ? ServerResponse(status: .serviceUnavailable) : .text("\(request.method) \(request.body)")
        }) { server in
            try await PluginScenario.run(("kit-features", Self.granted)) { _, client in
                let answer = try await client.post(
                    "\(Self.base)/call", ["method": "PUT", "url": .string(server.base + "/notes"), "body": "hello"])
                #expect(answer.json["status"]?.int == 200)
                #expect(answer.json["text"]?.string == "PUT hello")
                #expect(server.requests.map(\.target) == ["/notes", "/notes"])
            }
        }
    }

    @Test func `who is not granted is not called`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("never") }) { server in
            let cases = [
                ("", "destination"), ("client = { hosts = [\"api.example.com\"] }", "destination"),
                ("client = { hosts = [\"http://127.0.0.1:*\"] }", "private_address"),
            ]
            for (lines, code) in cases {
                try await PluginScenario.run(("kit-features", lines)) { host, client in
                    let answer = try await client.post("\(Self.base)/call", ["url": .string(server.base)])
                    #expect(answer.json["kind"]?.string == "denied")
                    #expect(answer.json["code"]?.string == code)
                    #expect(host.log.contains("A request to another server was refused"))
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `nobody is called inside a transaction`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("never") }) { server in
            try await PluginScenario.run(("kit-features", Self.granted)) { host, client in
                let answer = try await client.post(
                    "\(Self.base)/call", ["url": .string(server.base), "in_transaction": true])
                #expect(answer.json["kind"]?.string == "denied")
                #expect(host.log.contains("A call of another server inside a transaction was refused"))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `bodies pass piece by piece in both directions`() async throws {
        try await LocalHTTPServer.run(answer: { request, _ in .text(request.body + request.body) }) { server in
            try await PluginScenario.run(("kit-features", Self.granted)) { _, client in
                let body = [UInt8](repeating: 97, count: 3 << 20)
                let answer = try await client.upload("\(Self.base)/relay?url=\(server.base)", body, announced: false)
                #expect(answer.json["bytes"]?.int == 6 << 20)
                #expect(answer.json["sum"]?.int == 97 * 6 << 20)
            }
        }
    }

    @Test func `a plugin may leave in the middle of an answer`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in
            ServerResponse(
                body: .stream(length: nil) { out in
                    while true { try await out.write(ByteBuffer(repeating: 1, count: 1 << 16)) }
                })
        }) { server in
            try await PluginScenario.run(("kit-features", Self.granted)) { _, client in
                let answer = try await client.get("\(Self.base)/beginning?url=\(server.base)")
                #expect(answer.json["bytes"]?.int ?? 0 > 0)
            }
        }
    }

    @Test func `requests are counted by whom they reach and how they end`() async throws {
        try await LocalHTTPServer.run(answer: { request, _ in
            ServerResponse(status: request.target == "/fails" ? .badGateway : .ok)
        }) { server in
            try await PluginScenario.run(("kit-features", Self.granted)) { host, client in
                func call(_ target: String) async throws -> TestClient.Answer {
                    try await client.post("\(Self.base)/call", ["url": .string(target), "attempts": 1])
                }
                _ = try await call(server.base + "/works")
                for _ in 0..<5 { _ = try await call(server.base + "/fails") }
                #expect(try await call(server.base + "/fails").json["code"]?.string == "circuit_open")
                #expect(try await call("https://api.example.com/").json["code"]?.string == "destination")
                let lines = try await host.administrator("chief", client).get("/api/metrics").body.split(separator: "\n")
                let place = "host=\"127.0.0.1\""
                let plugin = "plugin=\"kit-features\""
                for (outcome, count) in [("2xx", 1), ("5xx", 5), ("circuit_open", 1)] {
                    let line = "hearth_client_requests_total{\(place),outcome=\"\(outcome)\",\(plugin)} \(count).0"
                    #expect(lines.contains { $0 == line })
                }
                #expect(lines.contains { $0 == "hearth_client_requests_total{host=\"\",outcome=\"denied\",\(plugin)} 1.0" })
                #expect(lines.contains { $0 == "hearth_client_request_seconds_count{\(place),\(plugin)} 7" })
                #expect(lines.contains { $0 == "hearth_client_circuit_open{origin=\"\(server.base)\",\(plugin)} 1.0" })
            }
        }
    }

    @Test func `a recording stands in for the server`() async throws {
        let file = try TestFolders.temporary() + "/calls.jsonl"
        let url = try await LocalHTTPServer.run(answer: { _, _ in .text("from the network") }) { server in
            try await PluginScenario.run(("kit-features", Self.granted), environment: ["OUTBOUND_HTTP": "record:\(file)"]) {
                let answer = try await $1.post("\(Self.base)/call", ["url": .string(server.base)])
                #expect(answer.json["text"]?.string == "from the network")
            }
            return server.base
        }
        try await PluginScenario.run(("kit-features", Self.granted), environment: ["OUTBOUND_HTTP": "replay:\(file)"]) {
            let answer = try await $1.post("\(Self.base)/call", ["url": .string(url)])
            #expect(answer.json["text"]?.string == "from the network")
            let other = try await $1.post("\(Self.base)/call", ["url": .string(url + "/other")])
            #expect(other.json["code"]?.string == "not_recorded")
        }
    }
}
