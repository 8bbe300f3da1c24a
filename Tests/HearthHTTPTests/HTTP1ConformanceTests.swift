import HTTPTypes
import HearthHTTP
import NIOCore
import Testing

@Suite struct HTTP1ConformanceTests {
    /// Exact bytes, and the status that they deserve. All of them end the connection.
    static let refused: [(name: String, bytes: String, status: Int)] = [
        ("bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400),
        ("bare LF in fields", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
        ("bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
        ("bare CR ends a line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
        ("folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400),
        ("folded first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        ("space before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("empty name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400),
        ("no colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400),
        ("name with a space", "GET / HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n", 400),
        ("name not ASCII", "GET / HTTP/1.1\r\nHost: a\r\nX\u{e9}: z\r\n\r\n", 400),
        ("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", 400),
        ("control in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n", 400),
        ("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        ("Host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
        ("Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("Host with a bad port", "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400),
        ("Host with a word for a port", "GET / HTTP/1.1\r\nHost: a:http\r\n\r\n", 400),
        ("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("tab in the request line", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        ("space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("no version", "GET /\r\nHost: a\r\n\r\n", 400),
        ("HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 400),
        ("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400),
        ("version too long", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
        ("fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("target not ASCII", "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("asterisk with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("authority with GET", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("absolute target with user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("foreign scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("malformed method", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("unknown expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nContent-Length: 1\r\n\r\nx", 417),
        (
            "length and chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
        ),
        (
            "chunked and length",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400
        ),
        ("two equal lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
        ("two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
        ("list of lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx", 400),
        ("negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx", 400),
        ("length with plus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400),
        ("hexadecimal length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx", 400),
        ("empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nx", 400),
        ("overflowing length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx", 400),
        ("unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        ("list of codings", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        ("gzip, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        ("coding after VT", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n", 400),
        (
            "two codings",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400
        ),
        ("coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("chunk without size", chunked(";\r\n"), 400),
        ("chunk with underscore", chunked("1_0\r\nx"), 400),
        ("chunk with 0x", chunked("0x1\r\nx\r\n0\r\n\r\n"), 400),
        ("negative chunk", chunked("-1\r\nx\r\n0\r\n\r\n"), 400),
        ("space before a chunk size", chunked(" 1\r\nx\r\n0\r\n\r\n"), 400),
        ("space after a chunk size", chunked("1 \r\nx\r\n0\r\n\r\n"), 400),
        ("overflowing chunk", chunked("ffffffffffffffffff\r\nx\r\n0\r\n\r\n"), 400),
        ("chunk longer than its size", chunked("1\r\nxy\r\n0\r\n\r\n"), 400),
        ("chunk ended by LF", chunked("1\r\nx\n0\r\n\r\n"), 400),
        ("chunk size ended by LF", chunked("1\nx\r\n0\r\n\r\n"), 400),
        ("control in a chunk extension", chunked("1;a=\u{1}\r\nx\r\n0\r\n\r\n"), 400),
        ("endless chunk extension", chunked("1;" + String(repeating: "a", count: 5000) + "\r\nx\r\n0\r\n\r\n"), 400),
        ("malformed trailer", chunked("0\r\nno trailer\r\n\r\n"), 400),
        ("target too long", "GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("endless target", "GET /\(String(repeating: "a", count: 20000))", 414),
        ("field too large", "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 17000))\r\n\r\n", 431),
        ("endless field", "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 40000))", 431),
        (
            "fields too large",
            "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: \(String(repeating: "a", count: 9000))\r\n", count: 4))\r\n",
            431
        ),
        ("too many fields", "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 100))\r\n", 431),
    ]

    private static func chunked(_ body: String) -> String {
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    }

    @Test func `what two parsers could read differently is refused and ends the connection`() async throws {
        try await TestServer.run { server in
            for refused in Self.refused {
                let connection = try await server.connect()
                try await connection.send(refused.bytes)
                let response = try await connection.response()
                #expect(response.status == refused.status, "\(refused.name)")
                #expect(response.field("connection") == "close", "\(refused.name)")
                #expect(response.body.contains("\"detail\":\""), "\(refused.name)")
                #expect(response.field("content-type") == "application/json", "\(refused.name)")
                // Nothing that follows may be answered.
                try await connection.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.isClosed(), "\(refused.name)")
            }
        }
    }

    /// Exact bytes, and what the handler sees.
    static let accepted: [(name: String, bytes: String, body: String)] = [
        ("plain", "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a b=c "),
        ("port", "GET /a HTTP/1.1\r\nHost: a:8000\r\n\r\n", "GET /a  "),
        ("IPv6", "GET /a HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n", "GET /a  "),
        ("empty line first", "\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a  "),
        ("HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", "GET /a  "),
        ("HTTP/1.2", "GET /a HTTP/1.2\r\nHost: a\r\n\r\n", "GET /a  "),
        ("absolute", "GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET /b c "),
        ("absolute without path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /  "),
        ("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS *  "),
        ("method of its own", "PURGE /a HTTP/1.1\r\nHost: a\r\n\r\n", "PURGE /a  "),
        ("space around a value", "GET /a HTTP/1.1\r\nHost: \t a \t\r\n\r\n", "GET /a  "),
        ("length", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz", "POST /a  xyz"),
        ("chunks", chunked("1\r\nx\r\n2;n=v\r\nyz\r\n0\r\n\r\n"), "POST /c  xyz"),
        ("chunk size with zeros", chunked("0001\r\nx\r\n0\r\n\r\n"), "POST /c  x"),
        ("trailers", chunked("1\r\nx\r\n0\r\nContent-Length: 99\r\nAuthorization: a\r\n\r\n"), "POST /c  x"),
        ("chunked in capitals", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", "POST /a  "),
    ]

    @Test func `what is unambiguous is served`() async throws {
        try await TestServer.run { server in
            for accepted in Self.accepted {
                let response = try await server.exchange(accepted.bytes)
                #expect(response.status == 200, "\(accepted.name)")
                #expect(response.body == accepted.body, "\(accepted.name)")
            }
        }
    }

    @Test func `a request may arrive byte by byte`() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            for byte in "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n1\r\nz\r\n0\r\n\r\n".utf8 {
                try await connection.send([byte])
            }
            #expect(try await connection.response().body == "POST /a  xyz")
        }
    }

    @Test func `pipelined requests are answered in order`() async throws {
        try await TestServer.run(respond: { request in
            if request.path == "/0" { try await Task.sleep(for: .milliseconds(50)) }
            return .text(request.path)
        }) { server in
            let connection = try await server.connect()
            try await connection.send((0..<500).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for number in 0..<500 {
                #expect(try await connection.response().body == "/\(number)")
            }
        }
    }

    @Test func `a client that asks for it gets 100 Continue before it sends the body`() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await connection.response().status == 100)
            try await connection.send("xyz")
            #expect(try await connection.response().body == "POST /a  xyz")
            try await connection.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.response().body == "GET /b  ")
        }
    }

    @Test func `a body that nobody wants is refused before it is sent`() async throws {
        try await TestServer.run(respond: { _ in throw HTTPError.unauthorized() }) { server in
            let connection = try await server.connect()
            try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            let response = try await connection.response()
            #expect(response.status == 401)
            #expect(response.field("connection") == "close")
            #expect(try await connection.isClosed())
        }
    }

    @Test func `an answer to HEAD has the length and no body`() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            try await connection.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\nGET /d HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try await connection.response(hasBody: false)
            #expect(head.status == 200)
            #expect(head.field("content-length") == "11")
            #expect(try await connection.response().body == "GET /d  ")
        }
    }

    @Test func `204 has neither body nor length`() async throws {
        try await TestServer.run(respond: { _ in
            ServerResponse(status: .noContent, body: .bytes(ByteBuffer(string: "x")))
        }) { server in
            let connection = try await server.connect()
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let all = try await connection.rest()
            #expect(all.hasPrefix("HTTP/1.1 204 No Content\r\n"))
            #expect(all.hasSuffix("\r\n\r\n"))
            #expect(!all.lowercased().contains("content-length"))
        }
    }

    @Test func `connections are kept or closed as the client asks`() async throws {
        try await TestServer.run { server in
            let kept = try await server.connect()
            try await kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await kept.response().field("connection") == "keep-alive")
            try await kept.send("GET /b HTTP/1.0\r\n\r\n")
            #expect(try await kept.response().field("connection") == "close")
            #expect(try await kept.isClosed())
            let closed = try await server.connect()
            try await closed.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, Close\r\n\r\n")
            #expect(try await closed.response().field("connection") == "close")
            #expect(try await closed.isClosed())
        }
    }

    @Test func `a client that has finished sending still gets its answers`() async throws {
        try await TestServer.run { server in
            let connection = try await server.connect()
            try await connection.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            connection.finishSending()
            let all = try await connection.rest()
            #expect(all.contains("GET /a  "))
            #expect(all.contains("GET /b  "))
        }
    }
}
