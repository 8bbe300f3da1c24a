import AsyncHTTPClient
import Glibc
import HTTPTypes
import HearthHTTP
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
import Testing

/// What an ordinary client sees: compression, TLS and HTTP/2.
@Suite struct ClientTests {
    private func withClient<Value>(
        _ configuration: HTTPClient.Configuration = .init(), _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let client = HTTPClient(configuration: configuration)
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private static let large = "{\"text\":\"" + String(repeating: "habit ", count: 1000) + "\"}"

    private static let json: HTTPServer.Respond = { request in
        switch request.path {
        case "/small": .json(ByteBuffer(string: "{}"))
        case "/huge": .json(ByteBuffer(string: String(repeating: large, count: 100)))
        case "/image": ServerResponse(headers: [.contentType: "image/png"], body: .bytes(ByteBuffer(string: large)))
        default: .json(ByteBuffer(string: large))
        }
    }

    @Test func `large text is compressed for those who accept it`() async throws {
        try await TestServer.run(respond: Self.json) { server in
            let request = "Accept-Encoding: deflate, gzip;q=0.5"
            let compressed = try await server.get("/", request)
            #expect(compressed.field("content-encoding") == "gzip")
            #expect(compressed.field("vary") == "Accept-Encoding")
            let tag = try #require(compressed.field("etag"))
            #expect(tag.hasPrefix("W/\""))
            #expect(try await server.get("/", request, "If-None-Match: \(tag)").status == 304)
            let plain = try await server.get("/")
            #expect(plain.body == Self.large)
            #expect(plain.field("vary") == "Accept-Encoding")
            #expect(plain.field("etag").map { "W/" + $0 } == tag)
            for refusal in ["Accept-Encoding: gzip;q=0", "Accept-Encoding: br", "Accept-Encoding: *;q=0"] {
                #expect(try await server.get("/", refusal).field("content-encoding") == nil, "\(refusal)")
            }
            #expect(try await server.get("/small", request).field("content-encoding") == nil)
            #expect(try await server.get("/image", request).field("content-encoding") == nil)
        }
    }

    @Test(arguments: ["/", "/huge"])
    func `a client gets the same bytes back that were compressed`(path: String) async throws {
        var configuration = HTTPClient.Configuration()
        configuration.decompression = .enabled(limit: .none)
        try await TestServer.run(respond: Self.json) { [configuration] server in
            try await withClient(configuration) { client in
                let response = try await client.execute(
                    HTTPClientRequest(url: "http://127.0.0.1:\(server.port)\(path)"), timeout: .seconds(60))
                #expect(response.headers.first(name: "content-encoding") == "gzip")
                let body = try await response.body.collect(upTo: 10_000_000)
                #expect(body.readableBytes == Self.large.utf8.count * (path == "/huge" ? 100 : 1))
            }
        }
    }

    /// A certificate for this test run only.
    private static func certificate() throws -> HTTPServerConfiguration.TLS {
        var template = Array("/tmp/hearth-tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RawConnection.Failure(what: "mkdtemp: \(errno)") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
            + "-addext subjectAltName=DNS:localhost -keyout \(folder)/key.pem -out \(folder)/certificate.pem 2>/dev/null"
        guard system(command) == 0 else { throw RawConnection.Failure(what: "openssl made no certificate") }
        return HTTPServerConfiguration.TLS(certificatePath: "\(folder)/certificate.pem", keyPath: "\(folder)/key.pem")
    }

    private static func trusting(_ tls: HTTPServerConfiguration.TLS, http1Only: Bool = false) throws -> HTTPClient.Configuration {
        var client = TLSConfiguration.makeClientConfiguration()
        client.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(tls.certificatePath))
        var configuration = HTTPClient.Configuration(tlsConfiguration: client)
        configuration.httpVersion = http1Only ? .http1Only : .automatic
        return configuration
    }

    @Test(arguments: [false, true])
    func `a certificate brings TLS, and HTTP 2 for those who speak it`(http1Only: Bool) async throws {
        let tls = try Self.certificate()
        try await TestServer.run(
            configure: { $0.tls = tls },
            respond: { request in
                let body = try await request.body.collect(upTo: 2_000_000)
                var response = ServerResponse.text(
                    "\(request.method.rawValue) \(request.path) \(request.scheme) \(body.readableBytes)")
                if request.path == "/missing" { throw HTTPError(.notFound, "Nothing here") }
                if request.path == "/stream" {
                    response.body = .stream(length: nil) { stream in
                        for _ in 0..<100 { try await stream.write(ByteBuffer(repeating: 97, count: 10_000)) }
                    }
                }
                return response
            }
        ) { server in
            try await withClient(try Self.trusting(tls, http1Only: http1Only)) { client in
                func execute(_ path: String, body: Int = 0) async throws -> (HTTPClientResponse, ByteBuffer) {
                    var request = HTTPClientRequest(url: "https://localhost:\(server.port)\(path)")
                    if body > 0 {
                        request.method = .POST
                        request.body = .bytes(ByteBuffer(repeating: 97, count: body))
                    }
                    let response = try await client.execute(request, timeout: .seconds(60))
                    return (response, try await response.body.collect(upTo: 10_000_000))
                }
                let (first, text) = try await execute("/a?b=c")
                #expect(first.version == (http1Only ? .http1_1 : .http2))
                #expect(String(buffer: text) == "GET /a https 0")
                #expect(first.headers.first(name: "strict-transport-security") != nil)
                #expect(first.headers.first(name: "x-request-id") != nil)
                let posted = try await execute("/", body: 1_500_000).1
                #expect(String(buffer: posted) == "POST / https 1500000")
                #expect(try await execute("/", body: 3_000_000).0.status == .payloadTooLarge)
                #expect(try await execute("/missing").0.status == .notFound)
                #expect(try await execute("/\(String(repeating: "a", count: 9000))").0.status == .uriTooLong)
                #expect(try await execute("/stream").1.readableBytes == 1_000_000)
            }
        }
    }

    @Test func `shutdown fails no HTTP 2 request in flight`() async throws {
        let tls = try Self.certificate()
        let gate = Gate()
        try await TestServer.run(
            configure: { $0.tls = tls },
            respond: { _ in
                try await gate.pass()
                return .text("done")
            }
        ) { server in
            try await withClient(try Self.trusting(tls)) { client in
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<10 {
                        group.addTask {
                            let request = HTTPClientRequest(url: "https://localhost:\(server.port)/")
                            let response = try await client.execute(request, timeout: .seconds(60))
                            return String(buffer: try await response.body.collect(upTo: 1000))
                        }
                    }
                    #expect(try await eventually { gate.arrived == 10 })
                    await server.shutDown()
                    gate.open()
                    for try await body in group { #expect(body == "done") }
                }
            }
        }
    }

    @Test func `plain bytes on a TLS port end the connection and nothing else`() async throws {
        let tls = try Self.certificate()
        try await TestServer.run(configure: { $0.tls = tls }) { server in
            let connection = try await server.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await !connection.rest().contains("HTTP/1.1 200"))
            try await withClient(try Self.trusting(tls)) { client in
                let request = HTTPClientRequest(url: "https://localhost:\(server.port)/")
                let response = try await client.execute(request, timeout: .seconds(60))
                #expect(response.status == .ok)
            }
        }
    }

    @Test func `a missing certificate stops the start`() async throws {
        await #expect(throws: (any Error).self) {
            try await TestServer.run(configure: { $0.tls = .init(certificatePath: "/nowhere", keyPath: "/nowhere") }) { _ in }
        }
    }
}
