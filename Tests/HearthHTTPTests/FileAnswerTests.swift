import Glibc
import HTTPTypes
import HearthHTTP
import NIOCore
import Testing

@Suite struct FileAnswerTests {
    /// A file that is removed after the test.
    private final class TemporaryFile: Sendable {
        let path: String

        init(_ content: [UInt8]) throws {
            var template = Array("/tmp/hearth-file-XXXXXX".utf8CString)
            let descriptor = mkstemp(&template)
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            var offset = 0
            while offset < content.count {
                let count = content[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                try #require(count > 0)
                offset += count
            }
            close(descriptor)
        }

        deinit {
            unlink(path)
        }
    }

    private func serve(_ path: String) -> HTTPServer.Respond {
        { _ in ServerResponse(headers: [.contentType: "text/plain"], body: .file(path: path)) }
    }

    @Test func `a file is sent whole, by a range, or not at all`() async throws {
        let file = try TemporaryFile(Array("0123456789".utf8))
        try await TestServer.run(respond: serve(file.path)) { server in
            let whole = try await server.get("/")
            #expect(whole.status == 200)
            #expect(whole.body == "0123456789")
            #expect(whole.field("accept-ranges") == "bytes")
            let tag = try #require(whole.field("etag"))
            let modified = try #require(whole.field("last-modified"))
            for (range, content, body) in [
                ("bytes=2-4", "bytes 2-4/10", "234"), ("bytes=7-", "bytes 7-9/10", "789"), ("bytes=-3", "bytes 7-9/10", "789"),
                ("bytes=8-99", "bytes 8-9/10", "89"), ("bytes=-99", "bytes 0-9/10", "0123456789"),
            ] {
                let part = try await server.get("/", "Range: \(range)")
                #expect(part.status == 206, "\(range)")
                #expect(part.field("content-range") == content, "\(range)")
                #expect(part.body == body, "\(range)")
            }
            for range in ["bytes=10-", "bytes=-0"] {
                let beyond = try await server.get("/", "Range: \(range)")
                #expect(beyond.status == 416, "\(range)")
                #expect(beyond.field("content-range") == "bytes */10", "\(range)")
            }
            for range in ["bytes=1-2,4-5", "lines=1-2", "bytes=4-2", "bytes=a-b", "bytes=-"] {
                let ignored = try await server.get("/", "Range: \(range)")
                #expect(ignored.status == 200, "\(range)")
            }
            for condition in [tag, modified] {
                #expect(try await server.get("/", "Range: bytes=0-0", "If-Range: \(condition)").status == 206)
            }
            for condition in ["\"other\"", "W/\(tag)", "Sun, 06 Nov 1994 08:49:37 GMT"] {
                #expect(try await server.get("/", "Range: bytes=0-0", "If-Range: \(condition)").status == 200)
            }
            #expect(try await server.get("/", "If-None-Match: \(tag)").status == 304)
            #expect(try await server.get("/", "If-Modified-Since: \(modified)").status == 304)
            #expect(try await server.get("/", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT").status == 200)
            let head = try await server.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", hasBody: false)
            #expect(head.field("content-length") == "10")
        }
    }

    @Test func `a large file arrives whole and keeps the connection`() async throws {
        let content = (0..<3_000_000).map { UInt8(97 + $0 % 26) }
        let file = try TemporaryFile(content)
        try await TestServer.run(respond: serve(file.path)) { server in
            let connection = try await server.connect()
            for _ in 0..<2 {
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try await connection.response()
                #expect(Array(response.body.utf8) == content)
            }
        }
    }

    @Test(arguments: ["/nowhere/at/all", "/tmp", "/dev/zero"])
    func `what is no file is not found`(path: String) async throws {
        try await TestServer.run(respond: serve(path)) { server in
            let response = try await server.get("/")
            #expect(response.status == 404)
        }
    }
}
