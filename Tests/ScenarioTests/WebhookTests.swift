import Crypto
import HTTPTypes
import HearthConfiguration
import HearthHTTP
import HearthHost
import HearthJSON
import TestServers
import Testing

/// Events that are told to other people's servers, of which one really listens.
@Suite struct WebhookTests {
    private static let path = "/api/users/me/webhooks"
    /// Lets webhooks reach servers of this machine.
    private static let loopback = ["WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8"]

    private static func post(_ client: TestClient, _ url: String) async throws -> TestClient.Answer {
        try await client.post(path, ["url": .string(url), "events": ["habit.completed/1"]])
    }

    private static func add(_ client: TestClient, _ url: String) async throws -> JSONValue {
        let answer = try await post(client, url)
        #expect(answer.status == 201, "\(answer.body)")
        return answer.json
    }

    /// Whether a request is signed with a secret, at the time of the host's clock.
    private static func isSigned(_ request: LocalHTTPServer.Request, _ secret: String?, _ host: TestHost) throws -> Bool {
        let field = try #require(HTTPField.Name("Hearth-Signature"))
        let parts = try #require(request.headers[field]).split(separator: ",").map(String.init)
        let time = host.clock.now / 1_000_000
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(time).\(request.body)".utf8), using: SymmetricKey(data: Array((secret ?? "").utf8)))
        let text = code.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return parts == ["t=\(time)", "v1=\(text)"]
    }

    private static func number(_ request: LocalHTTPServer.Request) -> Int? {
        (try? JSONValue(parsing: request.body))?["number"]?.int
    }

    @Test func `a user's webhook is told of his events, signed, and of nobody else's`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("thanks") }) { server in
            try await product(environment: Self.loopback) { host, client in
                let ada = try await client.registered("ada")
                let eve = try await client.registered("eve")
                let made = try await Self.add(ada, server.base + "/hook")
                let secret = made["secret"]?.string
                #expect(secret?.count == 64)
                #expect(try await eve.complete(try await eve.habit()).status == 201)
                #expect(try await ada.complete(try await ada.habit()).status == 201)
                let isTold = await eventually { server.requests.count == 1 }
                #expect(isTold)
                let request = try #require(server.requests.first)
                #expect(request.target == "/hook")
                #expect(try Self.isSigned(request, secret, host))
                let body = try JSONValue(parsing: request.body)
                #expect(body["event"]?.string == "habit.completed/1")
                #expect(body["payload"]?["streak"]?.int == 1)
                // Shown once, and to nobody else.
                let listed = try await ada.get(Self.path)
                #expect(!listed.body.contains("secret"))
                #expect(listed.body.contains(server.base))
                #expect(try await eve.get(Self.path).body == "[]")
                let id = try #require(made["id"]?.string)
                #expect(try await eve.delete("\(Self.path)/\(id)").status == 404)
                let isNoted = try await eventually {
                    try await ada.get("\(Self.path)/\(id)/deliveries").body.contains("\"status\":200")
                }
                #expect(isNoted)
                #expect(try await ada.delete("\(Self.path)/\(id)").status == 204)
                #expect(try await ada.get(Self.path).body == "[]")
            }
        }
    }

    @Test func `the number of a user's webhooks is limited, also for many at the same time`() async throws {
        try await product(environment: Self.loopback) { _, client in
            let ada = try await client.registered("ada")
            let answers = try await together(40) { _ in try await Self.post(ada, "https://example.com/") }
            let added = answers.count { $0.status == 201 }
            let refused = answers.count { $0.status == 400 }
            let listed = try await ada.get(Self.path).json.count
            #expect(refused == 20)
            #expect(listed == 20)
            #expect(added == 20)
        }
    }

    @Test func `an operator's webhook is told of everybody's events; users have no say in it`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("thanks") }) { server in
            try await product(environment: Self.loopback) { host, client in
                let ada = try await client.registered("ada")
                #expect(try await ada.get("/api/admin/webhooks").status == 403)
                let wrong = try await ada.post(Self.path, ["url": "ftp://example.com/x", "events": ["habit.completed/1"]])
                #expect(wrong.status == 422)
                let unknown = try await ada.post(Self.path, ["url": "https://example.com/", "events": ["habit.eaten/1"]])
                #expect(unknown.status == 400)
                let operators = try await host.administrator("root", client)
                let made = try await operators.post(
                    "/api/admin/webhooks", ["url": .string(server.base), "events": ["habit.completed/1"]])
                #expect(made.status == 201)
                for name in ["bob", "cyd"] {
                    let user = try await client.registered(name)
                    #expect(try await user.complete(try await user.habit()).status == 201)
                }
                let areTold = await eventually { server.requests.count == 2 }
                #expect(areTold)
                #expect(try await ada.get(Self.path).body == "[]")
            }
        }
    }

    @Test func `a receiver that is down loses nothing`() async throws {
        let port = try await LocalHTTPServer.run(answer: { _, _ in ServerResponse(status: .serviceUnavailable) }) { server in
            server.port
        }
        try await product(environment: Self.loopback) { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let made = try await Self.add(ada, "http://127.0.0.1:\(port)/")
            let id = made["id"]?.string ?? ""
            #expect(try await ada.complete(habit).status == 201)
            let hasFailed = try await eventually {
                try await ada.get("\(Self.path)/\(id)/deliveries").body.contains("\"status\":null")
            }
            #expect(hasFailed)
            #expect(try await ada.complete(try await ada.habit()).status == 201)
            try await LocalHTTPServer.run(
                port: port,
                answer: { _, number in
                    // Once more it does not take it.
                    number == 1 ? ServerResponse(status: .internalServerError) : .text("thanks")
                }
            ) { server in
                let isTold = await eventually {
                    host.clock.advance(by: .seconds(5))
                    try? await Task.sleep(for: .milliseconds(50))
                    return server.requests.count == 3
                }
                #expect(isTold)
                #expect(server.requests.map(Self.number) == [1, 1, 2])
            }
        }
    }

    @Test(arguments: ["url", "is_enabled"])
    func `what waits for another try is sent at once when a webhook leads elsewhere or is enabled again`(
        member: String
    ) async throws {
        try await LocalHTTPServer.run(
            answer: { _, number in number == 1 ? ServerResponse(status: .internalServerError) : .text("thanks") }
        ) { server in
            try await product(environment: Self.loopback) { host, client in
                let admin = try await host.administrator("root", client)
                let ada = try await client.registered("ada")
                let id = try await Self.add(ada, server.base + "/old")["id"]?.string ?? ""
                #expect(try await ada.complete(try await ada.habit()).status == 201)
                let isWaiting = try await eventually {
                    try await admin.get("/api/admin/jobs?queue=webhooks&state=scheduled").json["jobs"]?.count == 1
                }
                #expect(isWaiting)
                // Behind the first one.
                #expect(try await ada.complete(try await ada.habit()).status == 201)
                let path = "\(Self.path)/\(id)"
                if member == "url" {
                    #expect(try await ada.put(path, ["url": .string(server.base + "/new")]).status == 200)
                } else {
                    #expect(try await ada.put(path, ["is_enabled": false]).status == 200)
                    #expect(server.requests.count == 1)
                    #expect(try await ada.put(path, ["is_enabled": true]).status == 200)
                }
                // The clock stands: nothing becomes due by itself.
                let areTold = await eventually { server.requests.count == 3 }
                #expect(areTold)
                #expect(server.requests.map(Self.number) == [1, 1, 2])
            }
        }
    }

    @Test func `private addresses are refused, and a webhook that always fails is disabled`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("never") }) { server in
            try await product { host, client in
                let operators = try await host.administrator("root", client)
                // A name: what it means is found out when it is called.
                let url = "http://localhost:\(server.port)/"
                let made = try await operators.post(
                    "/api/admin/webhooks", ["url": .string(url), "events": ["habit.completed/1"]])
                let id = made.json["id"]?.string ?? ""
                for number in 1...20 {
                    let user = try await client.registered("user\(number)")
                    #expect(try await user.complete(try await user.habit()).status == 201)
                }
                let isDisabled = try await eventually {
                    try await operators.get("/api/admin/webhooks").body.contains("\"is_enabled\":false")
                }
                #expect(isDisabled)
                let attempts = try await operators.get("/api/admin/webhooks/\(id)/deliveries").body
                #expect(attempts.contains("not public: grant its network in WEBHOOK_PRIVATE_NETWORKS"))
                #expect(try await operators.get("/api/admin/webhooks").body.contains("20 deliveries in a row have failed"))
                // None of them is tried again.
                let areOver = try await eventually {
                    let path = "/api/admin/jobs?queue=webhooks&state=discarded&limit=200"
                    return try await operators.get(path).json["jobs"]?.count == 20
                }
                #expect(areOver)
            }
            #expect(server.requests.isEmpty)
        }
    }

    private static let privateURLs = [
        "http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::ffff:10.0.0.1]/", "http://[::1]:8080/",
        "http://0x0a000001/", "http://0.0.0.0/", "http://127.1/", "http://2130706433/", "https://0177.0.0.1./",
    ]

    @Test func `a URL with a private address is not taken, in whatever form it is written`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let operators = try await host.administrator("root", client)
            let id = try await Self.add(ada, "https://example.com/")["id"]?.string ?? ""
            for url in Self.privateURLs {
                let refused = try await Self.post(ada, url)
                #expect(refused.status == 400, "\(url)")
                #expect(refused.detail == "The URL cannot be called: its address is not public")
                let changed = try await ada.put("\(Self.path)/\(id)", ["url": .string(url)])
                #expect(changed.status == 400, "\(url)")
                let told = try await operators.post(
                    "/api/admin/webhooks", ["url": .string(url), "events": ["habit.completed/1"]])
                #expect(told.status == 400, "\(url)")
                #expect(told.body.contains("WEBHOOK_PRIVATE_NETWORKS"))
            }
        }
        try await product(environment: ["WEBHOOK_PRIVATE_NETWORKS": "0.0.0.0/0,::/0"]) { _, client in
            let ada = try await client.registered("ada")
            for url in Self.privateURLs { _ = try await Self.add(ada, url) }
        }
    }

    @Test func `a user is told that an address is not public, and not which one a name has`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("never") }) { server in
            try await product { _, client in
                let ada = try await client.registered("ada")
                let id = try await Self.add(ada, "http://localhost:\(server.port)/")["id"]?.string ?? ""
                #expect(try await ada.complete(try await ada.habit()).status == 201)
                let isTold = try await eventually {
                    try await ada.get("\(Self.path)/\(id)/deliveries").body.contains("\"its address is not public\"")
                }
                #expect(isTold)
                #expect(try await ada.get(Self.path).json.elements.first?["failures"]?.int == 1)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a receiver that says it is gone is told nothing more until it is enabled again`() async throws {
        try await LocalHTTPServer.run(answer: { _, number in number == 1 ? ServerResponse(status: .gone) : .text("thanks") }) {
            server in
            try await product(environment: Self.loopback) { host, client in
                let ada = try await client.registered("ada")
                let id = try await Self.add(ada, server.base)["id"]?.string ?? ""
                #expect(try await ada.complete(try await ada.habit()).status == 201)
                let isDisabled = try await eventually { try await ada.get(Self.path).body.contains("\"is_enabled\":false") }
                #expect(isDisabled)
                #expect(try await ada.complete(try await ada.habit()).status == 201)
                #expect(try await ada.put("\(Self.path)/\(id)", ["is_enabled": true]).json["disabled_reason"] == .null)
                #expect(try await ada.complete(try await ada.habit()).status == 201)
                let isTold = await eventually { server.requests.count == 2 }
                #expect(isTold)
                #expect(server.requests.map(Self.number) == [1, 3])
            }
        }
    }
}
