import HTTPTypes
import HearthHTTP
import NIOCore
import Testing

@Suite struct AnswerTests {
    private struct Unknown: Error {}

    @Test func `errors have one shape, and what is unknown tells nothing`() async throws {
        try await TestServer.run(respond: { request in
            switch request.path {
            case "/known":
                throw HTTPError(.unprocessableContent, "Wrong \"input\"\n", errors: #"[{"loc":["body"],"msg":"m","type":"t"}]"#)
            case "/token": throw HTTPError.unauthorized()
            case "/busy": throw HTTPError.unavailable("Busy", retryAfter: 3)
            case "/method": throw HTTPError.methodNotAllowed(allow: ["GET", "PUT"])
            default: throw Unknown()
            }
        }) { server in
            let known = try await server.get("/known", "X-Request-ID: abc-1")
            #expect(known.status == 422)
            #expect(
                known.body
                    == #"{"detail":"Wrong \"input\"\n","request_id":"abc-1","errors":[{"loc":["body"],"msg":"m","type":"t"}]}"#)
            let unknown = try await server.get("/unknown", "X-Request-ID: abc-2")
            #expect(unknown.status == 500)
            #expect(unknown.body == #"{"detail":"Internal server error","request_id":"abc-2"}"#)
            let problem = try await server.get(
                "/known", "Accept: application/json;q=0.5, application/problem+json", "X-Request-ID: a")
            #expect(problem.field("content-type") == "application/problem+json")
            #expect(problem.body.hasPrefix(#"{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"#))
            let json = try await server.get("/known", "Accept: application/json, application/problem+json;q=0.9")
            #expect(json.field("content-type") == "application/json")
            #expect(try await server.get("/token").field("www-authenticate") == "Bearer")
            #expect(
                try await server.get("/token", "Authorization: Bearer x").field("www-authenticate")
                    == "Bearer error=\"invalid_token\"")
            #expect(try await server.get("/busy").field("retry-after") == "3")
            #expect(try await server.get("/method").field("allow") == "GET, PUT")
        }
    }

    @Test func `fields that are noted stand in whatever is answered`() async throws {
        try await TestServer.run(respond: { request in
            request.notes.answerFields = [.rateLimit: "\"a\";r=1;t=2"]
            switch request.path {
            case "/known": throw HTTPError(.notFound, "Not there")
            case "/file": return ServerResponse(body: .file(path: "/nonexistent"))
            case "/own": return ServerResponse(headers: [.rateLimit: "mine"])
            default: throw Unknown()
            }
        }) { server in
            for (path, status) in [("/known", 404), ("/file", 404), ("/own", 200), ("/unknown", 500)] {
                let answer = try await server.get(path)
                #expect(answer.status == status && answer.field("ratelimit") == "\"a\";r=1;t=2", "\(path)")
            }
        }
    }

    @Test func `a sane request id is taken over, any other replaced`() async throws {
        try await TestServer.run(respond: { .text($0.id) }) { server in
            let sane = try await server.get("/", "X-Request-ID: A.b_c-9")
            #expect(sane.field("x-request-id") == "A.b_c-9")
            #expect(sane.body == "A.b_c-9")
            var seen: Set<String> = []
            for bad in ["", "a b", "a\"", String(repeating: "a", count: 65)] {
                let response = try await server.get("/", "X-Request-ID: \(bad)")
                #expect(response.body == response.field("x-request-id"))
                #expect(response.body != bad)
                seen.insert(response.body)
            }
            #expect(seen.count == 4)
        }
    }

    @Test func `every answer has the security fields, and a handler may set its own`() async throws {
        try await TestServer.run(respond: { request in
            var response = ServerResponse.json(ByteBuffer(string: "{}"))
            if request.path == "/own" {
                response.headers[.contentSecurityPolicy] = "default-src 'self'"
                response.headers.append(HTTPField(name: try #require(HTTPField.Name("X-Frame-Options")), value: "SAMEORIGIN"))
                response.headers[.connection] = "close"
                response.headers[.contentLength] = "99"
            }
            return response
        }) { server in
            let plain = try await server.get("/")
            #expect(plain.field("x-content-type-options") == "nosniff")
            #expect(plain.field("x-frame-options") == "DENY")
            #expect(plain.field("referrer-policy") == "no-referrer")
            #expect(plain.field("content-security-policy") == "default-src 'none'")
            #expect(plain.field("server") == "Hearth")
            #expect(plain.field("date")?.hasSuffix(" GMT") == true)
            #expect(plain.field("strict-transport-security") == nil)
            let own = try await server.get("/own")
            #expect(own.field("content-security-policy") == "default-src 'self'")
            #expect(own.field("x-frame-options") == "SAMEORIGIN")
            #expect(own.field("connection") == nil)
            #expect(own.field("content-length") == "2")
        }
    }

    @Test func `an unchanged answer is not sent again`() async throws {
        try await TestServer.run(respond: { request in
            var response = ServerResponse.json(ByteBuffer(string: "{\"n\":\(request.query)}"))
            if request.path == "/secret" { response.headers[.cacheControl] = "no-store" }
            if request.path == "/missing" { response.status = .notFound }
            return response
        }) { server in
            let first = try await server.get("/?1")
            let tag = try #require(first.field("etag"))
            #expect(tag.hasPrefix("\""))
            for wanted in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let again = try await server.get("/?1", "If-None-Match: \(wanted)")
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
                #expect(again.field("etag") == tag)
                #expect(again.field("content-length") == nil)
            }
            let other = try await server.get("/?2", "If-None-Match: \(tag)")
            #expect(other.status == 200)
            #expect(other.field("etag") != tag)
            #expect(try await server.get("/secret?1").field("etag") == nil)
            #expect(try await server.get("/missing?1").field("etag") == nil)
            let posted = try await server.exchange("POST /?1 HTTP/1.1\r\nHost: a\r\nIf-None-Match: \(tag)\r\n\r\n")
            #expect(posted.status == 200)
            #expect(posted.field("etag") == nil)
        }
    }

    @Test func `an encoded body is refused`() async throws {
        try await TestServer.run { server in
            let response = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
            #expect(response.status == 415)
            let plain = try await server.exchange(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc")
            #expect(plain.status == 200)
        }
    }

    @Test func `only configured origins may read answers`() async throws {
        try await TestServer.run(configure: { $0.cors = CORSPolicy(origins: ["https://app.example.org"]) }) { server in
            let allowed = try await server.get("/", "Origin: https://app.example.org")
            #expect(allowed.field("access-control-allow-origin") == "https://app.example.org")
            #expect(allowed.field("access-control-allow-credentials") == "true")
            #expect(allowed.field("vary") == "Origin")
            let foreign = try await server.get("/", "Origin: https://evil.example.org")
            #expect(foreign.status == 200)
            #expect(foreign.field("access-control-allow-origin") == nil)
            #expect(foreign.field("vary") == "Origin")
            let preflight = try await server.exchange(
                "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example.org\r\nAccess-Control-Request-Method: PUT\r\n"
                    + "Access-Control-Request-Headers: authorization\r\n\r\n")
            #expect(preflight.status == 204)
            #expect(preflight.field("access-control-allow-methods")?.contains("PUT") == true)
            #expect(preflight.field("access-control-allow-headers") == "authorization")
        }
        try await TestServer.run { server in
            let response = try await server.get("/", "Origin: https://app.example.org")
            #expect(response.field("access-control-allow-origin") == nil)
            #expect(response.field("vary") == nil)
        }
    }
}
