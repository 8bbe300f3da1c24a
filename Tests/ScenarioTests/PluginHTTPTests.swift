import AsyncHTTPClient
import Foundation
import HearthJSON
import NIOCore
import NIOHTTP1
import Testing

/// What `hearth.http/1` has beyond a plain answer, seen by a plugin in C and by a client.
@Suite(.serialized) struct PluginHTTPTests {
    private static let base = "/api/http-features"
    /// The client takes an answer that shrinks to almost nothing for an attack.
    private static let plain: HTTPHeaders = ["Accept-Encoding": "identity"]

    private func features(
        environment: [String: String] = [:], _ scenario: (TestHost, TestClient) async throws -> Void
    ) async throws {
        try await PluginScenario.run(("http-features", ""), environment: environment) { try await scenario($0, $1) }
    }

    /// A number that the plugin has noted.
    private func told(_ name: String, _ client: TestClient) async throws -> Int? {
        try await client.get("\(Self.base)/tell").json[name]?.int
    }

    // MARK: Streams

    @Test func `a streamed answer arrives whole`() async throws {
        try await features { _, client async throws in
            let answer = try await client.get("\(Self.base)/stream?pieces=50&bytes=1000")
            #expect(answer.status == 200)
            #expect(answer.body.utf8.count == 50_000)
            #expect(answer.headers.first(name: "Transfer-Encoding") == "chunked")
            #expect(try await told("pieces", client) == 50)
            #expect(try await told("ended", client) == 0)
        }
    }

    @Test func `a client that reads slowly holds the plugin back`() async throws {
        try await features { _, client async throws in
            let pieces = 400
            let size = 100_000
            let response = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: "\(client.base)\(Self.base)/stream?pieces=\(pieces)&bytes=\(size)"), timeout: .seconds(120)
            )
            // Nothing is read: the plugin comes to a halt long before the end.
            var last = -1
            let halted = try await eventually {
                let now = try await told("pieces", client) ?? 0
                defer { last = now }
                try await Task.sleep(for: .milliseconds(300))
                return now > 0 && now == last
            }
            #expect(halted)
            #expect(last < pieces)
            var received = 0
            for try await piece in response.body { received += piece.readableBytes }
            #expect(received == pieces * size)
            #expect(try await told("ended", client) == 0)
        }
    }

    @Test func `a client that leaves ends the stream`() async throws {
        try await features { _, client async throws in
            let task = Task {
                let response = try await HTTPClient.shared.execute(
                    HTTPClientRequest(url: "\(client.base)\(Self.base)/stream?pieces=100000&bytes=100000"), timeout: .seconds(120)
                )
                for try await _ in response.body { try Task.checkCancellation() }
            }
            let began = try await eventually { try await told("pieces", client) ?? 0 > 2 }
            #expect(began)
            task.cancel()
            let ended = try await eventually { try await told("ended", client) == 9 }
            #expect(ended)
        }
    }

    @Test func `a stream that is silent hears of the disconnect, and has no deadline`() async throws {
        try await features { _, client async throws in
            let task = Task {
                let response = try await HTTPClient.shared.execute(
                    HTTPClientRequest(url: "\(client.base)\(Self.base)/events"), timeout: .seconds(120))
                var text = ""
                for try await piece in response.body { text += String(buffer: piece) }
                return text
            }
            let open = try await eventually { try await told("late", client) == 0xFFFF_FFFF }
            #expect(open)
            // Its route has a deadline of 300 ms, for the beginning of the answer.
            try await Task.sleep(for: .milliseconds(800))
            #expect(try await told("told", client) == 0)
            task.cancel()
            let heard = try await eventually { try await told("told", client) == 1 }
            #expect(heard)
            #expect(try await told("late", client) == 0)
        }
    }

    @Test(arguments: ["stream?pieces=10", "events"]) func `HEAD on a streamed answer ends the stream`(_ path: String) async throws
    {
        try await features { _, client async throws in
            let answer = try await client.send(.HEAD, "\(Self.base)/\(path)")
            #expect(answer.status == 200)
            #expect(answer.body == "")
            // PluginScenario finds out if the plugin was left waiting.
        }
    }

    @Test func `pieces without a stream are denied`() async throws {
        try await features { _, client async throws in
            let answer = try await client.get("\(Self.base)/misused-streams").json
            #expect(answer["write"]?.int == 5)
            #expect(answer["close"]?.int == 5)
        }
    }

    // MARK: Cancellation

    @Test func `a client that leaves cancels the request, and the answer is dropped`() async throws {
        try await features { _, client async throws in
            let task = Task { try await client.get("\(Self.base)/wait") }
            let open = try await eventually { try await told("late", client) == 0xFFFF_FFFF }
            #expect(open)
            task.cancel()
            let heard = try await eventually { try await told("told", client) == 1 }
            #expect(heard)
            let dropped = try await eventually { try await told("late", client) == 9 }
            #expect(dropped)
        }
    }

    @Test func `a deadline cancels the request, once`() async throws {
        try await features { _, client async throws in
            #expect(try await client.get("\(Self.base)/wait-briefly").status == 504)
            let heard = try await eventually { try await told("late", client) == 8 }
            #expect(heard)
            #expect(try await told("told", client) == 1)
        }
    }

    @Test func `a plugin that does not ask answers a client that has left`() async throws {
        try await features { _, client async throws in
            let task = Task { try await client.get("\(Self.base)/ignore?milliseconds=700") }
            let open = try await eventually { try await told("late", client) == 0xFFFF_FFFF }
            #expect(open)
            task.cancel()
            let dropped = try await eventually { try await told("late", client) == 9 }
            #expect(dropped)
        }
    }

    // MARK: Bodies

    @Test func `a streamed body is read to the end, by one reader`() async throws {
        try await features { _, client async throws in
            for size in [0, 1, 3_000_000] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
                let answer = try await client.upload("\(Self.base)/upload", bytes)
                #expect(answer.status == 200, "\(size): \(answer.body)")
                #expect(answer.json["bytes"]?.int == size)
                #expect(answer.json["sum"]?.int == bytes.reduce(0) { $0 + Int($1) })
                #expect(answer.json["again"]?.int == 5)
            }
        }
    }

    @Test func `a streamed body over the limit is refused, announced or not`() async throws {
        try await features { _, client async throws in
            let bytes = [UInt8](repeating: 7, count: 5 << 20)
            for announced in [true, false] {
                // This client may notice that the connection ends before it reads why; then it asks again.
                var status: Int?
                let isAnswered = await eventually {
                    status = try? await client.upload("\(Self.base)/upload", bytes, announced: announced).status
                    return status != nil
                }
                #expect(isAnswered)
                #expect(status == 413)
            }
            #expect(try await told("ended", client) == 14)
        }
    }

    @Test func `exact bytes arrive as they are and are not read again`() async throws {
        try await features { _, client async throws in
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
            let answer = try await client.upload("\(Self.base)/body", bytes)
            #expect(answer.status == 200)
            #expect(answer.json["kind"]?.int == 0)
            #expect(answer.json["bytes"]?.int == bytes.count)
            #expect(answer.json["sum"]?.int == bytes.reduce(0) { $0 + Int($1) })
            #expect(answer.json["read"]?.int == 5)
        }
    }

    @Test func `forms come in parts, by either encoding`() async throws {
        try await features { _, client async throws in
            let encoded = try await client.upload(
                "\(Self.base)/form", Array("name=Ada+Lovelace&file=%2B1".utf8), type: "application/x-www-form-urlencoded")
            #expect(encoded.status == 200)
            #expect(encoded.json["kind"]?.int == 3)
            #expect(encoded.json["parts"]?[0]?["content"] == "Ada Lovelace")
            #expect(encoded.json["parts"]?[1]?["content"] == "+1")

            let parts =
                "--limit\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAda\r\n--limit\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"notes.txt\"\r\nContent-Type: text/plain\r\n\r\n"
                + "the engine\r\n--limit--\r\n"
            let multipart = try await client.upload(
                "\(Self.base)/form", Array(parts.utf8), type: "multipart/form-data; boundary=limit")
            #expect(multipart.status == 200)
            #expect(multipart.json["parts"]?[0]?["content"] == "Ada")
            #expect(multipart.json["parts"]?[1]?["file"] == "notes.txt")
            #expect(multipart.json["parts"]?[1]?["type"] == "text/plain")
            #expect(multipart.json["parts"]?[1]?["content"] == "the engine")

            let short = try await client.upload(
                "\(Self.base)/form", Array("name=A".utf8), type: "application/x-www-form-urlencoded")
            #expect(short.status == 422)
            #expect(short.json["errors"]?[0]?["type"] == "string_too_short")
            #expect(try await client.upload("\(Self.base)/form", Array("{}".utf8), type: "application/json").status == 415)
        }
    }

    // MARK: Answers

    @Test func `a file is served with ranges and conditions`() async throws {
        try await features { _, client async throws in
            let letters = String((0..<1000).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
            let whole = try await client.get("\(Self.base)/file")
            #expect(whole.status == 200)
            #expect(whole.body == letters)
            #expect(whole.headers.first(name: "Content-Type") == "text/plain")
            let part = try await client.send(.GET, "\(Self.base)/file", headers: ["Range": "bytes=990-"])
            #expect(part.status == 206)
            #expect(part.body == letters.suffix(10))
            #expect(part.headers.first(name: "Content-Range") == "bytes 990-999/1000")
            let beyond = try await client.send(.GET, "\(Self.base)/file", headers: ["Range": "bytes=2000-"])
            #expect(beyond.status == 416)
            let tag = try #require(whole.headers.first(name: "ETag"))
            let same = try await client.send(.GET, "\(Self.base)/file", headers: ["If-None-Match": tag])
            #expect(same.status == 304)
            #expect(same.body == "")
            let head = try await client.send(.HEAD, "\(Self.base)/file")
            #expect(head.status == 200)
            #expect(head.headers.first(name: "Content-Length") == "1000")
        }
    }

    @Test(arguments: [("outside", 5), ("link", 5), ("dots", 5), ("missing", 4)])
    func `a file outside of the plugin's folders is denied`(_ way: String, _ status: Int) async throws {
        try await features { _, client async throws in
            let answer = try await client.get("\(Self.base)/\(way)")
            #expect(answer.json["status"]?.int == status)
            #expect(!answer.body.contains("root:"))
        }
    }

    @Test func `reserved memory grows and keeps what was written`() async throws {
        try await features { _, client async throws in
            for size in [11, 512, 513, 100_000, 5_000_000] {
                let answer = try await client.send(
                    .GET, "\(Self.base)/grow?bytes=\(size)", headers: Self.plain)
                #expect(answer.status == 200)
                #expect(answer.body.utf8.count == size)
                #expect(answer.body.hasPrefix("0123456789x"))
                #expect(answer.body.hasSuffix("x"))
                #expect(answer.headers.first(name: "X-Refused") == "14")
            }
        }
    }

    @Test func `a refused answer leaves the reserved memory to the plugin`() async throws {
        try await features { _, client async throws in
            let answer = try await client.send(.GET, "\(Self.base)/retry", headers: Self.plain)
            #expect(answer.status == 200)
            #expect(answer.body == String(repeating: "s", count: 50_000) + String(repeating: "r", count: 50_000))
        }
    }

    @Test func `header fields, cookies and redirects pass both ways`() async throws {
        try await features { _, client async throws in
            let answer = try await client.send(.GET, "\(Self.base)/headers", headers: ["X-Ask": "who"])
            #expect(answer.status == 203)
            #expect(answer.json["found"]?.int == 0)
            #expect(answer.json["asked"] == "who")
            #expect(answer.json["absent"]?.int == 4)
            #expect(answer.headers["Set-Cookie"] == ["a=1; Path=/; HttpOnly", "b=2; Path=/"])
            #expect(answer.headers.first(name: "X-Answer") == "yes")
            #expect(answer.headers.first(name: "Content-Type") == "application/json")

            let bare = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
            let redirect = try await bare.execute(
                HTTPClientRequest(url: "\(client.base)\(Self.base)/redirect"), timeout: .seconds(60))
            #expect(redirect.status.code == 307)
            #expect(redirect.headers.first(name: "Location") == "/api/http-features/ping")
            try await bare.shutdown()
            #expect(try await client.get("\(Self.base)/redirect").json["pong"] == true)
        }
    }

    @Test func `a plugin's answer has an entity tag, and HEAD its header fields`() async throws {
        try await features { _, client async throws in
            let whole = try await client.get("\(Self.base)/ping")
            let tag = try #require(whole.headers.first(name: "ETag"))
            let same = try await client.send(.GET, "\(Self.base)/ping", headers: ["If-None-Match": tag])
            #expect(same.status == 304)
            #expect(same.body == "")
            let head = try await client.send(.HEAD, "\(Self.base)/ping")
            #expect(head.status == 200)
            #expect(head.body == "")
            #expect(head.headers.first(name: "Content-Length") == String(whole.body.utf8.count))
        }
    }

    // MARK: Memory

    @Test func `requests are freed once they are completed`() async throws {
        try await features { _, client async throws in
            let bytes = [UInt8](repeating: 1, count: 900_000)
            func send(_ count: Int) async throws {
                for _ in 0..<count { #expect(try await client.upload("\(Self.base)/body", bytes).status == 200) }
            }
            func resident() throws -> Int {
                let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                return (Int(fields[1]) ?? 0) * 4096
            }
            try await send(20)
            let before = try resident()
            try await send(400)
            // 360 MB have passed through; other tests run in the same process.
            #expect(try resident() - before < 200_000_000)
        }
    }
}
