import HTTPTypes
import HearthHTTP
import HearthJSON
import NIOCore
import NIOHTTP1
import TestServers
import Testing

/// Streams of a plugin in plain C: to and from other servers, into and out of files.
@Suite struct PluginStreamsTests {
    private static let granted = "client = { hosts = [\"http://127.0.0.1:*\"], private = [\"127.0.0.0/8\"] }"

    @Test func `a plugin in C fetches, keeps, copies, shows and removes`() async throws {
        let page = String(repeating: "hello ", count: 5_000)
        try await LocalHTTPServer.run(answer: { _, _ in .text(page) }) { server in
            try await PluginScenario.run(("streams", Self.granted)) { _, client in
                let fetched = try await client.get("/api/streams/fetch?key=page&url=\(server.base)/page").json
                #expect(fetched["status"]?.int == 200)
                #expect(fetched["length"]?.int == page.utf8.count)
                #expect(fetched["wrong"]?.int == 0)
                let shown = try await client.get("/api/streams/show?key=page")
                #expect(shown.body == page)
                #expect(shown.headers.first(name: "Content-Type") == "text/plain")
                let copied = try await client.get("/api/streams/copy?key=page").json
                #expect(copied["length"]?.int == page.utf8.count)
                #expect(copied["status"]?.int == 1)
                #expect(copied["wrong"]?.int == 0)
                #expect(try await client.get("/api/streams/show?key=copy").body == page)
                #expect(try await client.get("/api/streams/drop?key=page").status == 200)
                // HEARTH_NOT_FOUND, as the plugin tells it.
                #expect(try await client.get("/api/streams/show?key=page").json["status"]?.int == 4)
            }
        }
    }

    @Test func `a plugin in C sends a body in pieces, and at once`() async throws {
        try await LocalHTTPServer.run(answer: { request, _ in .text(request.body + "!") }) { server in
            try await PluginScenario.run(("streams", Self.granted)) { _, client in
                for route in ["post", "send"] {
                    let answer = try await client.get("/api/streams/\(route)?url=\(server.base)").json
                    #expect(answer["status"]?.int == 200)
                    #expect(answer["length"]?.int == 8)
                }
                #expect(server.requests.map(\.body) == ["one two", "one two"])
                // HEARTH_DENIED: nobody has granted it.
                let denied = try await client.get("/api/streams/send?url=https://example.com").json
                #expect(denied["status"]?.int == 5)
                #expect(denied["code"]?.string == "destination")
            }
        }
    }
}
