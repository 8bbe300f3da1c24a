import HTTPTypes
import NIOCore
import Testing

@testable import HearthHTTP

@Suite struct TrustedProxyTests {
    private static let forwardedFor = HTTPField.Name.xForwardedFor
    private static let forwarded = HTTPField.Name.forwarded

    private static func sender(_ peer: String?, _ fields: HTTPFields, trusting proxies: String...) throws -> String? {
        try #require(TrustedProxies(proxies)).sender(peer: peer, headers: fields)
    }

    @Test func `nobody is believed unless the operator says so`() throws {
        let fields: HTTPFields = [Self.forwardedFor: "203.0.113.9", Self.forwarded: "for=203.0.113.9"]
        #expect(TrustedProxies.none.sender(peer: "10.0.0.1", headers: fields) == "10.0.0.1")
        #expect(try Self.sender("192.0.2.1", fields, trusting: "10.0.0.0/8") == "192.0.2.1")
        #expect(try Self.sender(nil, fields, trusting: "10.0.0.0/8") == nil)
    }

    @Test(arguments: [
        ("203.0.113.9", "203.0.113.9"), ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:DB8:0::1", "2001:db8::1"), ("  203.0.113.9 ", "203.0.113.9"),
        // What a client made up stands before what the proxies added.
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"), ("203.0.113.9, 10.1.2.3, 10.4.5.6", "203.0.113.9"),
        ("10.9.9.9, 10.4.5.6", "10.9.9.9"), ("::ffff:203.0.113.9", "203.0.113.9"),
        // What is no address hides whoever stands before it.
        ("203.0.113.9, unknown", "10.0.0.1"), ("203.0.113.9, unknown, 10.4.5.6", "10.4.5.6"), ("", "10.0.0.1"),
        (",,", "10.0.0.1"), ("[", "10.0.0.1"), ("[::1", "10.0.0.1"), ("203.0.113.9.5", "10.0.0.1"),
    ])
    func `the last sender that is no proxy counts`(list: String, sender: String) throws {
        #expect(try Self.sender("10.0.0.1", [Self.forwardedFor: list], trusting: "10.0.0.0/8") == sender)
    }

    @Test(arguments: [
        ("for=203.0.113.9", "203.0.113.9"), ("FOR=\"[2001:db8:cafe::17]:4711\";proto=https", "2001:db8:cafe::17"),
        ("for=1.1.1.1, proto=http; for=203.0.113.9;by=10.4.5.6", "203.0.113.9"), ("for=203.0.113.9, for=_hidden", "10.0.0.1"),
        ("for=203.0.113.9, proto=https", "10.0.0.1"), ("for=203.0.113.9, for=10.4.5.6", "203.0.113.9"),
        ("for=\"", "10.0.0.1"),
    ])
    func `the standard field is read, too`(field: String, sender: String) throws {
        #expect(try Self.sender("10.0.0.1", [Self.forwarded: field], trusting: "10.0.0.0/8") == sender)
    }

    @Test func `a field that the proxy only passes on cannot contradict the one that it writes`() throws {
        let fields: HTTPFields = [Self.forwardedFor: "203.0.113.9", Self.forwarded: "for=1.1.1.1"]
        #expect(try Self.sender("10.0.0.1", fields, trusting: "10.0.0.0/8") == "10.0.0.1")
        let agreeing: HTTPFields = [Self.forwardedFor: "203.0.113.9", Self.forwarded: "for=203.0.113.9"]
        #expect(try Self.sender("10.0.0.1", agreeing, trusting: "10.0.0.0/8") == "203.0.113.9")
    }

    @Test func `proxies are addresses and networks`() throws {
        let fields: HTTPFields = [Self.forwardedFor: "203.0.113.9"]
        for (peer, proxy, isTrusted) in [
            ("10.0.0.1", "10.0.0.1", true), ("10.0.0.2", "10.0.0.1", false), ("10.0.3.255", "10.0.0.0/22", true),
            ("10.0.4.0", "10.0.0.0/22", false), ("fd00::5", "fd00::/8", true), ("fe00::5", "fd00::/8", false),
            ("::ffff:10.0.0.1", "10.0.0.0/8", true), ("10.0.0.1", "::/0", false), ("10.0.0.1", "0.0.0.0/0", true),
        ] {
            let sender = try Self.sender(peer, fields, trusting: proxy)
            #expect((sender == "203.0.113.9") == isTrusted, "\(peer) and \(proxy)")
        }
        for text in ["", "proxy", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "10.0.0.1:80"] {
            #expect(TrustedProxies([text]) == nil, "\(text)")
        }
    }

    @Test func `handlers and the access log see the sender`() async throws {
        try await TestServer.run(
            configure: { $0.trustedProxies = TrustedProxies(["127.0.0.1"]) ?? .none },
            respond: { ServerResponse(status: .ok, body: .bytes(.init(string: $0.remoteAddress ?? "nobody"))) }
        ) { server in
            let answer = try await server.get("/", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 203.0.113.9")
            #expect(answer.body == "203.0.113.9")
            #expect(try await server.get("/").body == "127.0.0.1")
        }
    }
}
