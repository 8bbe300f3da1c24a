import Foundation
import HTTPTypes
import HearthConfiguration
import HearthHTTP
import HearthThreads
import NIOCore
import NIOSSL
import TestServers
import Testing

@testable import HearthClient

/// Where requests may go, and where they go.
@Suite struct DestinationTests {
    @Test func `what is not granted is refused before anybody is asked for an address`() async throws {
        let resolver = FixedResolver([:])
        let client = OutboundClient(ScriptedTransport { _, _ in .text(200) }, resolver)
        for url in ["https://evil.example/", "http://api.example.com/", "https://api.example.com:8443/"] {
            let error = await #expect(throws: ClientError.self) {
                try await client.text(ClientRequest("GET", url), ["api.example.com"])
            }
            #expect(error?.kind == .denied)
            #expect(error?.code == "destination")
        }
        #expect(resolver.count == 0)
        let nobody = await #expect(throws: ClientError.self) {
            try await client.send(
                ClientRequest("GET", "https://api.example.com/"), for: .init(owner: "tester", grant: nil),
                until: .after(.seconds(9)))
        }
        #expect(nobody?.kind == .denied)
    }

    @Test(arguments: [
        "http://169.254.169.254/latest/meta-data", "http://[::ffff:7f00:1]/", "http://[::1]/", "http://10.0.0.1/",
        "http://inside.example/", "http://both.example/", "http://mapped.example/",
    ])
    func `an address that is not public is refused, also when it is one of several`(url: String) async throws {
        let resolver = FixedResolver([
            "169.254.169.254": ["169.254.169.254"], "::ffff:7f00:1": ["::ffff:7f00:1"], "::1": ["::1"], "10.0.0.1": ["10.0.0.1"],
            "inside.example": ["192.168.0.1"], "both.example": ["93.184.216.34", "127.0.0.1"],
            "mapped.example": ["::ffff:169.254.169.254"],
        ])
        let transport = NetworkTransport()
        let client = OutboundClient(transport, resolver)
        let error = await #expect(throws: ClientError.self) { try await client.text(ClientRequest("GET", url), private: []) }
        #expect(error?.kind == .denied)
        #expect(error?.code == "private_address")
        await client.shutdown()
    }

    @Test(arguments: [
        "ftp://example.com/", "example.com", "http://", "http://user:word@example.com/", "http://exa mple.com/",
        "http://example.com/\r\nX: y", "http://ex%61mple.com/", "http://[::1%25lo]/", "http://bücher.example/", "",
    ])
    func `what is no plain URL is refused`(url: String) async throws {
        let client = OutboundClient(ScriptedTransport { _, _ in .text(200) })
        let error = await #expect(throws: ClientError.self) { try await client.text(ClientRequest("GET", url)) }
        #expect(error?.kind == .invalid)
    }

    @Test func `a connection goes to the address that was checked, and the name stays`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("hello") }) { server in
            let resolver = FixedResolver(["pinned.test": ["127.0.0.1"]])
            let client = OutboundClient(NetworkTransport(), resolver)
            let answer = try await client.text(ClientRequest("GET", "http://Pinned.test.:\(server.port)/a%20b?c=d%2F"))
            #expect(answer == (200, "hello"))
            #expect(resolver.count == 1)
            #expect(server.requests.first?.authority == "pinned.test:\(server.port)")
            #expect(server.requests.first?.target == "/a%20b?c=d%2F")
            await client.shutdown()
        }
    }

    @Test func `the certificate has to be that of the name`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (certificate, key) = (folder + "/cert.pem", folder + "/key.pem")
        try await ServerCommand.run([
            "/usr/bin/env", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days",
            "2", "-subj", "/CN=pinned.test", "-addext", "subjectAltName=DNS:pinned.test", "-keyout", key, "-out", certificate,
        ])
        try await LocalHTTPServer.run(tls: (certificate, key), answer: { _, _ in .text("secret") }) { server in
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(certificate)
            let resolver = FixedResolver(["pinned.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]])
            let client = OutboundClient(NetworkTransport(tls: tls), resolver)
            let right = try await client.text(ClientRequest("GET", "https://pinned.test:\(server.port)/"))
            #expect(right == (200, "secret"))
            let wrong = await #expect(throws: ClientError.self) {
                try await client.text(ClientRequest("GET", "https://other.test:\(server.port)/"))
            }
            #expect(wrong?.code == "tls")
            #expect(server.requests.count == 1)
            await client.shutdown()
        }
    }

    @Test func `a server that cannot be reached is tried at its next address`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("here") }) { server in
            // Nobody listens on this port of the first address.
            let resolver = FixedResolver(["two.test": ["127.0.0.2", "127.0.0.1"]])
            let client = OutboundClient(NetworkTransport(), resolver)
            var request = ClientRequest("POST", "http://two.test:\(server.port)/", body: .bytes(ByteBuffer(string: "x")))
            request.attempts = 1
            let answer = try await client.text(request)
            #expect(answer == (200, "here"))
            await client.shutdown()
        }
    }

    @Test func `a redirect is followed to what is granted, without credentials to another origin`() async throws {
        try await LocalHTTPServer.run(answer: { request, _ in
            switch request.target {
            case "/here": ServerResponse(status: .found, headers: [.location: "/there"])
            case "/away":
                ServerResponse(status: .temporaryRedirect, headers: [.location: "http://other.test:\(request.port)/there"])
            case "/post": ServerResponse(status: .seeOther, headers: [.location: "there"])
            case "/out": ServerResponse(status: .found, headers: [.location: "http://evil.test:\(request.port)/there"])
            case "/loop": ServerResponse(status: .found, headers: [.location: "/loop"])
            default:
                .text("\(request.method) \(request.body) \(request.headers[.authorization] ?? "nobody")")
            }
        }) { server in
            let resolver = FixedResolver([
                "first.test": ["127.0.0.1"], "other.test": ["127.0.0.1"], "evil.test": ["127.0.0.1"],
            ])
            let client = OutboundClient(NetworkTransport(), resolver)
            func call(_ method: String, _ path: String) async throws -> String {
                let request = ClientRequest(
                    method, "http://first.test:\(server.port)\(path)", headers: [("Authorization", "me")],
                    body: .bytes(ByteBuffer(string: method == "GET" ? "" : "body")))
                return try await client.text(request, ["http://first.test:*", "http://other.test:*"]).text
            }
            let redirected2 = try await call("GET", "/here")
            #expect(redirected2 == "GET  me")
            let redirected3 = try await call("PUT", "/away")
            #expect(redirected3 == "PUT body nobody")
            let redirected4 = try await call("POST", "/post")
            #expect(redirected4 == "GET  me")
            let out = await #expect(throws: ClientError.self) { try await call("GET", "/out") }
            #expect(out?.code == "destination")
            let loop = await #expect(throws: ClientError.self) { try await call("GET", "/loop") }
            #expect(loop?.code == "redirects")
            var plain = ClientRequest("GET", "http://first.test:\(server.port)/here")
            plain.followsRedirects = false
            let plainStatus = try await client.text(plain).status
            #expect(plainStatus == 302)
            await client.shutdown()
        }
    }
}

extension LocalHTTPServer.Request {
    /// The port that it was sent to.
    fileprivate var port: String { authority?.split(separator: ":").last.map(String.init) ?? "" }
}
