import AsyncHTTPClient
import Crypto
import HearthJSON
import NIOCore
import NIOHTTP1
import Testing

/// Files of plugins, through a whole host on the engine of the run.
@Suite struct PluginFilesTests {
    private static let base = "/api/kit-features/files"

    @Test func `a file comes and goes as a stream, and is described`() async throws {
        try await PluginScenario.run(("kit-features", "")) { _, client in
            let body = [UInt8]((0..<3 << 20).map { UInt8(truncatingIfNeeded: $0) })
            let put = try await client.upload(
                "\(Self.base)?key=big/one&type=application/x-test", body, method: .PUT, announced: false)
            #expect(put.json["size"]?.int == body.count)
            let digest = SHA256.hash(data: body).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            #expect(put.json["etag"]?.string == "\"\(digest.joined())\"")
            let sum = try await client.get("\(Self.base)/sum?key=big/one").json
            #expect(sum["bytes"]?.int == body.count)
            #expect(sum["sum"]?.int == body.reduce(0) { $0 + Int($1) })
            #expect(sum["name"]?.string == "application/x-test")
            let part = try await client.get("\(Self.base)/sum?key=big/one&offset=10&length=5").json
            #expect(part["sum"]?.int == 10 + 11 + 12 + 13 + 14)
            let end = try await client.get("\(Self.base)/sum?key=big/one&offset=\(body.count - 1)&length=500").json
            #expect(end["bytes"]?.int == 1)
            #expect(try await client.get("\(Self.base)/sum?key=big/two").status == 404)
            #expect(try await client.delete("\(Self.base)?key=big/one").status == 200)
            #expect(try await client.get("\(Self.base)?key=big/one").status == 404)
        }
    }

    @Test func `a file is an answer with ranges and conditions`() async throws {
        try await PluginScenario.run(("kit-features", "")) { _, client in
            let put = try await client.post(Self.base + "?key=page&type=text/html", bytes: Array("<p>hello</p>".utf8))
            let etag = try #require(put.json["etag"]?.string)
            func get(_ headers: HTTPHeaders = [:], _ method: HTTPMethod = .GET) async throws -> TestClient.Answer {
                try await client.send(method, "\(Self.base)?key=page", headers: headers)
            }
            let whole = try await get()
            #expect(whole.status == 200)
            #expect(whole.body == "<p>hello</p>")
            #expect(whole.headers.first(name: "Content-Type") == "text/html")
            #expect(whole.headers.first(name: "ETag") == etag)
            #expect(whole.headers.first(name: "Accept-Ranges") == "bytes")
            #expect(whole.headers.first(name: "Last-Modified") == "Fri, 20 Nov 2026 12:00:00 GMT")
            #expect(whole.headers.first(name: "Content-Security-Policy")?.contains("default-src 'none'") == true)
            let head = try await get([:], .HEAD)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers.first(name: "Content-Length") == "12")
            #expect(try await get(["If-None-Match": etag]).status == 304)
            #expect(try await get(["If-None-Match": "\"other\""]).status == 200)
            let part = try await get(["Range": "bytes=3-7"])
            #expect(part.status == 206)
            #expect(part.body == "hello")
            #expect(part.headers.first(name: "Content-Range") == "bytes 3-7/12")
            #expect(try await get(["Range": "bytes=-4"]).body == "</p>")
            let beyond = try await get(["Range": "bytes=12-"])
            #expect(beyond.status == 416)
            #expect(beyond.headers.first(name: "Content-Range") == "bytes */12")
            #expect(try await get(["Range": "bytes=3-7", "If-Range": etag]).status == 206)
            #expect(try await get(["Range": "bytes=3-7", "If-Range": "\"other\""]).status == 200)
            let saved = try await client.get("\(Self.base)?key=page&name=R%C3%A9sum%C3%A9%22.html")
            #expect(
                saved.headers.first(name: "Content-Disposition")
                    == "attachment; filename=\"R_sum__.html\"; filename*=UTF-8''R%C3%A9sum%C3%A9%22.html")
            #expect(try await client.get("\(Self.base)?key=other").status == 404)
        }
    }

    @Test func `who downloads a file gets the old one to its end when it is replaced`() async throws {
        try await PluginScenario.run(("kit-features", "")) { _, client in
            let old = [UInt8](repeating: 1, count: 20 << 20)
            #expect(try await client.upload("\(Self.base)?key=big", old, method: .PUT).status == 200)
            // What the sockets take in is less than the file: its reader is in the middle of it.
            let answer = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: client.base + Self.base + "?key=big"), timeout: .seconds(120))
            var received = 0
            for try await piece in answer.body {
                if received == 0 {
                    #expect(try await client.post(Self.base + "?key=big", bytes: [2, 2]).json["size"]?.int == 2)
                    #expect(try await client.get("\(Self.base)/sum?key=big").json["sum"]?.int == 4)
                }
                let isOld = piece == ByteBuffer(repeating: 1, count: piece.readableBytes)
                try #require(isOld, "a piece of another file after \(received) bytes")
                received += piece.readableBytes
            }
            #expect(received == old.count)
        }
    }

    @Test func `the operator's limits hold`() async throws {
        let limits = "files = { max_size = \"4K\", quota = \"10K\", types = [\"image/*\"] }"
        try await PluginScenario.run(("kit-features", limits)) { _, client in
            func put(_ key: String, _ size: Int, _ type: String = "image/png") async throws -> String? {
                let bytes = [UInt8](repeating: 1, count: size)
                return try await client.upload("\(Self.base)?key=\(key)&type=\(type)", bytes, method: .PUT, announced: false)
                    .json["refusal"]?.string
            }
            #expect(try await put("a", 4096) == nil)
            #expect(try await put("a", 4097) == "size")
            #expect(try await put("a", 1, "text/html") == "type")
            #expect(try await put("b", 4096) == nil)
            #expect(try await put("c", 2049) == "quota")
            #expect(try await put("c", 2048) == nil)
            #expect(try await put("c", 2048) == nil)
            #expect(try await put("d", 1) == "quota")
            let list = try await client.get("\(Self.base)/list").json["files"]
            #expect(list?.each("key").map { $0?.string } == ["a", "b", "c"])
            #expect(list?.each("size").map { $0?.int } == [4096, 4096, 2048])
        }
    }

    @Test func `keys that are no names are refused`() async throws {
        try await PluginScenario.run(("kit-features", "")) { _, client in
            for key in ["..", "../x", "a/../../x", "/etc/passwd", "a//b", "a%5Cb", "a%0Ab", "%2e%2e/x", "a/"] {
                let put = try await client.post("\(Self.base)?key=\(key)", bytes: [1])
                #expect(put.json["refusal"]?.string == "invalid", "\(key) \(put.body)")
            }
            #expect(try await client.post("\(Self.base)?key=a&type=text", bytes: [1]).json["refusal"]?.string == "invalid")
            #expect(try await client.get("\(Self.base)/list").json["files"]?.count == 0)
        }
    }

    @Test func `inside a transaction a file is removed exactly if it commits, and none is put`() async throws {
        try await PluginScenario.run(("kit-features", "")) { host, client in
            _ = try await client.post("\(Self.base)?key=a", bytes: [1])
            #expect(try await client.delete("\(Self.base)?key=a&in_transaction=true").status == 409)
            #expect(try await client.get("\(Self.base)/sum?key=a").json["bytes"]?.int == 1)
            let put = try await client.post("\(Self.base)?key=b&in_transaction=true", bytes: [1])
            #expect(put.json["refusal"]?.string == "denied")
            #expect(host.log.contains("A file was not put inside a transaction"))
        }
    }
}

extension TestClient {
    fileprivate func post(_ path: String, bytes: [UInt8]) async throws -> Answer {
        try await send(.POST, path, body: bytes, type: "application/octet-stream")
    }
}
