import HearthJSON
import NIOHTTP1
import Testing

/// What HearthKit has beyond routes that take and give JSON, by a plugin in Swift.
@Suite struct KitFeaturesTests {
    private static let base = "/api/kit-features"

    private static func run(_ scenario: @Sendable @escaping (TestHost, TestClient) async throws -> Void) async throws {
        try await PluginScenario.run(("kit-features", "")) { try await scenario($0, $1) }
    }

    private static func expect(
        _ answer: TestClient.Answer, hasReceived bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 200, "\(answer.body)", sourceLocation: sourceLocation)
        #expect(answer.json["bytes"]?.int == bytes.count, sourceLocation: sourceLocation)
        #expect(answer.json["sum"]?.int == bytes.reduce(0) { $0 + Int($1) }, sourceLocation: sourceLocation)
    }

    @Test func `a plugin goes through all users page by page`() async throws {
        try await Self.run { _, client in
            let names = (1...5).map { "user\($0)" }
            for name in names { _ = try await client.registered(name) }
            for size in [1, 2, 5, 1000] {
                let found = try await client.get("\(Self.base)/users?size=\(size)").json.elements.compactMap(\.string)
                #expect(found == names, "pages of \(size)")
            }
        }
    }

    @Test func `users are looked up in a transaction too, on its own connection`() async throws {
        try await Self.run { _, client in
            let names = ["user1", "user2", "user3"]
            for name in names { _ = try await client.registered(name) }
            // More transactions than there are connections: who needed a second one would wait for ever.
            let answers = try await together(40) { _ in try await client.get("\(Self.base)/users?transaction=true") }
            let found = Set(answers.map { $0.json.elements.compactMap(\.string) })
            #expect(found == [names])
        }
    }

    @Test func `a handler takes the bytes of a body as they are`() async throws {
        try await Self.run { _, client in
            let bytes = [UInt8](0...255)
            let answer = try await client.upload("\(Self.base)/bytes", bytes, method: .PUT, type: "image/png")
            Self.expect(answer, hasReceived: bytes)
            let empty = try await client.upload("\(Self.base)/bytes", [], method: .PUT, type: "text/plain")
            Self.expect(empty, hasReceived: [])
            #expect(try await client.upload("\(Self.base)/bytes", bytes, method: .PUT, type: "image/jpeg").status == 415)
            let large = [UInt8](repeating: 1, count: (1 << 20) + 1)
            #expect(try await client.upload("\(Self.base)/bytes", large, method: .PUT, type: "text/plain").status == 413)
        }
    }

    @Test func `a handler takes a body piece by piece`() async throws {
        try await Self.run { _, client in
            for size in [0, 1, 100_000, 4 << 20] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let answer = try await client.upload("\(Self.base)/stream", bytes, method: .PUT)
                Self.expect(answer, hasReceived: bytes)
            }
            let large = [UInt8](repeating: 1, count: (4 << 20) + 1)
            #expect(try await client.upload("\(Self.base)/stream", large, method: .PUT).status == 413)
            #expect(try await client.upload("\(Self.base)/stream", large, method: .PUT, announced: false).status == 413)
            #expect(try await client.upload("\(Self.base)/stream", [1], method: .PUT, type: "text/plain").status == 415)
        }
    }

    @Test func `a handler need not read a stream to its end`() async throws {
        try await Self.run { _, client in
            let answer = try await client.upload("\(Self.base)/first", [UInt8](repeating: 1, count: 10_000), method: .PUT)
            #expect(answer.status == 200)
            let received = try #require(answer.json["bytes"]?.int)
            #expect(received > 0)
        }
    }

    @Test func `forms fill an input as JSON does, and their files are beside it`() async throws {
        try await Self.run { _, client in
            let encoded = try await client.upload(
                "\(Self.base)/form", Array("name=Ada".utf8), type: "application/x-www-form-urlencoded")
            #expect(encoded.json["name"] == "Ada")
            #expect(try await client.post("\(Self.base)/form", ["name": "Eve"]).json["name"] == "Eve")
            let parts =
                "--limit\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nBob\r\n--limit\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nabc\r\n--limit--\r\n"
            let multipart = try await client.upload(
                "\(Self.base)/form", Array(parts.utf8), type: "multipart/form-data; boundary=limit")
            Self.expect(multipart, hasReceived: Array("abc".utf8))
            #expect(multipart.json["name"] == "Bob")
            let short = try await client.upload(
                "\(Self.base)/form", Array("name=A".utf8), type: "application/x-www-form-urlencoded")
            #expect(short.status == 422)
        }
    }

    @Test func `a handler that may block stays on a thread where that harms nobody`() async throws {
        try await Self.run { host, client in
            try await withThrowingTaskGroup(of: Bool?.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await client.get("\(Self.base)/blocking").json["same"]?.bool }
                }
                for try await same in group { #expect(same == true) }
            }
            #expect(!host.log.contains("A worker thread is held", "plugin=kit-features"))
        }
    }

    @Test func `a handler that may block is cancelled like any other`() async throws {
        try await Self.run { _, client async throws in
            // Eight threads there are: each must have been given back for the ninth request to be begun.
            for _ in 0..<9 { #expect(try await client.get("\(Self.base)/patience").status == 504) }
            #expect(try await client.get("\(Self.base)/blocking?milliseconds=1").json["same"]?.bool == true)
        }
    }
}
