import AsyncHTTPClient
import Foundation
import HearthHost
import HearthJSON
import NIOCore
import NIOHTTP1
import Testing

/// What HTTP itself promises, through the routes of the product.
struct HabitsTransportTests {
    @Test func `every path is served with and without slash, below the version too`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.habit()
            for path in [
                "/habits", "/habits/", "/habits/today", "/habits/today/", "/habits/\(id)", "/habits/\(id)/",
                "/habits/\(id)/history/",
                "/completions/history", "/completions/history/", "/auth/me", "/auth/me/", "/users/me/", "/health", "/health/",
                "/health/detailed/",
            ] {
                for prefix in ["/api", "/api/v1"] {
                    let answer = try await ada.get(prefix + path)
                    #expect(answer.status == 200, "\(prefix)\(path)")
                }
            }
            // Served, and not by sending the client elsewhere.
            #expect(try await ada.post("/api/v1/habits", ["title": "b"]).status == 201)
            #expect(try await ada.post("/api/v1/completions", ["habit_id": .string(id)]).status == 201)
            for path in [
                "/", "/api", "/api/", "/habits/", "/api/v2/habits/", "/api/v1/v1/habits/", "/api//habits/", "/API/habits/",
                "/api/habits/\(id)/nothing",
                "/api/habits/\(id)//", "/api/habits%2F", "/api/%68abits//",
            ] {
                let answer = try await ada.get(path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.json["request_id"] != nil)
            }
        }
    }

    @Test func `a path without the method says which it has`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.habit()
            for (method, path, allow) in [
                (HTTPMethod.PATCH, "/api/habits/\(id)", ["DELETE", "GET", "HEAD", "OPTIONS", "PUT"]),
                (.DELETE, "/api/habits/", ["GET", "HEAD", "OPTIONS", "POST"]), (.GET, "/api/completions/", ["OPTIONS", "POST"]),
                (.POST, "/api/habits/today", ["DELETE", "GET", "HEAD", "OPTIONS", "PUT"]),
                (.PUT, "/api/auth/login", ["OPTIONS", "POST"]),
            ] {
                let answer = try await ada.send(method, path)
                #expect(answer.status == 405, "\(method) \(path)")
                let allowed = answer.headers[canonicalForm: "Allow"].map { $0.filter { $0 != " " } }.sorted()
                #expect(Set(allow).isSubset(of: Set(allowed)) || path.hasSuffix("today"), "\(path): \(allowed)")
                #expect(!allowed.contains(method.rawValue))
                let options = try await ada.send(.OPTIONS, path)
                #expect(
                    options.status == 204
                        && options.headers[canonicalForm: "Allow"].map { $0.filter { $0 != " " } }.sorted() == allowed)
            }
        }
    }

    @Test func `HEAD answers as GET does, without the body`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            _ = try await ada.habit()
            for path in ["/api/habits/", "/api/auth/me", "/api/health", "/api/openapi.json"] {
                let get = try await ada.get(path)
                let head = try await ada.send(.HEAD, path)
                #expect(head.status == get.status && head.body.isEmpty)
                for name in ["Content-Type", "Content-Length", "ETag", "Cache-Control"] {
                    #expect(head.headers[name] == get.headers[name], "\(path) \(name)")
                }
                #expect(head.headers.first(name: "Content-Length") == "\(get.body.utf8.count)")
            }
            #expect(try await client.send(.HEAD, "/api/habits/").status == 401)
            #expect(try await ada.send(.HEAD, "/api/completions/").status == 405)
        }
    }

    @Test func `a request id comes back, in header and errors, or is made`() async throws {
        try await product { _, client in
            func id(_ sent: String?) async throws -> (header: String?, body: String?) {
                let answer = try await client.send(.GET, "/api/habits/", headers: sent.map { ["X-Request-ID": $0] } ?? [:])
                return (answer.headers.first(name: "X-Request-ID"), answer.json["request_id"]?.string)
            }
            let given = try await id("client-1.a_B")
            #expect(given.header == "client-1.a_B" && given.body == given.header)
            var seen: Set<String> = []
            for sent in [nil, nil, "", "a b", "<script>", String(repeating: "x", count: 200), "ü"] {
                let made = try await id(sent)
                let header = try #require(made.header)
                #expect(made.body == header && header.count >= 8 && header != sent)
                let isNew = seen.insert(header).inserted
                #expect(isNew)
            }
        }
    }

    @Test func `errors come as problems to whoever asks for that`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let accept: HTTPHeaders = ["Accept": "application/problem+json"]
            let missing = try await ada.send(.GET, "/api/habits/0198f0a0-0000-7000-8000-000000000000", headers: accept)
            #expect(missing.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(
                missing.json["status"] == 404 && missing.json["title"] == "Not Found" && missing.json["type"] == "about:blank")
            #expect(missing.detail == "Habit not found" && missing.json["request_id"] != nil)
            let invalid = try await ada.send(.POST, "/api/habits/", json: [:], headers: accept)
            #expect(invalid.json["status"] == 422 && invalid.violations == ["body.title missing"])
            let success = try await ada.send(.GET, "/api/habits/", headers: accept)
            #expect(success.status == 200 && success.headers.first(name: "Content-Type") == "application/json")
            for accept in ["*/*", "application/json", "application/json, application/problem+json;q=0.1", "text/html"] {
                let answer = try await ada.send(.GET, "/api/nothing", headers: ["Accept": accept])
                #expect(answer.status == 404 && answer.headers.first(name: "Content-Type") == "application/json", "\(accept)")
                #expect(answer.json.names == ["detail", "request_id"])
            }
        }
    }

    @Test func `pages of the configured origins may call, others not`() async throws {
        try await product(environment: ["CORS_ORIGINS": "https://app.example, http://localhost:3000"]) { _, client in
            let ada = try await client.registered("ada")
            func preflight(_ origin: String) async throws -> TestClient.Answer {
                try await client.send(
                    .OPTIONS, "/api/habits/",
                    headers: [
                        "Origin": origin, "Access-Control-Request-Method": "PUT",
                        "Access-Control-Request-Headers": "authorization, content-type",
                    ])
            }
            for origin in ["https://app.example", "http://localhost:3000"] {
                let answer = try await preflight(origin)
                #expect(answer.status == 204 && answer.body.isEmpty)
                #expect(answer.headers.first(name: "Access-Control-Allow-Origin") == origin)
                #expect(answer.headers.first(name: "Access-Control-Allow-Credentials") == "true")
                #expect(answer.headers.first(name: "Access-Control-Allow-Methods")?.contains("PUT") == true)
                #expect(answer.headers.first(name: "Access-Control-Allow-Headers") == "authorization, content-type")
                for path in ["/api/habits/", "/api/nothing"] {
                    let read = try await ada.send(.GET, path, headers: ["Origin": origin])
                    #expect(read.headers.first(name: "Access-Control-Allow-Origin") == origin)
                    #expect(read.headers["Vary"].contains { $0.contains("Origin") })
                    #expect(read.headers.first(name: "Access-Control-Expose-Headers")?.contains("X-Request-ID") == true)
                }
            }
            for origin in ["https://app.example.evil", "http://app.example", "null", "https://APP.example:443", "*"] {
                let answers = try await [preflight(origin), ada.send(.GET, "/api/habits/", headers: ["Origin": origin])]
                for answer in answers { #expect(!answer.headers.contains(name: "Access-Control-Allow-Origin"), "\(origin)") }
            }
        }
    }

    @Test func `with an asterisk every page may call, without credentials`() async throws {
        try await product(environment: ["CORS_ORIGINS": "*"]) { _, client in
            let ada = try await client.registered("ada")
            let preflight = try await client.send(
                .OPTIONS, "/api/habits/", headers: ["Origin": "https://any.example", "Access-Control-Request-Method": "POST"])
            #expect(preflight.status == 204 && preflight.headers.contains(name: "Access-Control-Allow-Methods"))
            let read = try await ada.send(.GET, "/api/habits/", headers: ["Origin": "https://any.example"])
            for answer in [preflight, read] {
                #expect(answer.headers.first(name: "Access-Control-Allow-Origin") == "*")
                #expect(!answer.headers.contains(name: "Access-Control-Allow-Credentials"))
            }
        }
    }

    @Test func `without configuration no page of another origin may call`() async throws {
        try await product { _, client in
            let answer = try await client.send(
                .OPTIONS, "/api/habits/", headers: ["Origin": "https://app.example", "Access-Control-Request-Method": "PUT"])
            #expect(!answer.headers.contains { $0.name.lowercased().hasPrefix("access-control") })
        }
    }

    @Test func `every answer has the security headers`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            for path in ["/api/habits/", "/api/nothing", "/api/docs", "/api/health", "/api/habits/x"] {
                let answer = try await ada.get(path)
                #expect(answer.headers.first(name: "X-Content-Type-Options") == "nosniff", "\(path)")
                #expect(answer.headers.first(name: "X-Frame-Options") == "DENY", "\(path)")
                #expect(answer.headers.first(name: "Referrer-Policy") == "no-referrer", "\(path)")
                #expect(answer.headers.first(name: "Content-Security-Policy")?.contains("default-src") == true, "\(path)")
                #expect(answer.headers["Content-Security-Policy"].count == 1)
                // Only over TLS does that make sense.
                #expect(!answer.headers.contains(name: "Strict-Transport-Security"))
            }
        }
    }

    @Test func `a large list is compressed for whoever can read that, and is the same list`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            for number in 0..<50 { _ = try await ada.habit(["title": .string("Habit number \(number)")]) }
            let plain = try await ada.get("/api/habits/")
            #expect(!plain.headers.contains(name: "Content-Encoding"))
            let http = HTTPClient(eventLoopGroupProvider: .singleton)
            var request = HTTPClientRequest(url: client.base + "/api/habits/")
            request.headers = ["Authorization": "Bearer \(ada.token ?? "")", "Accept-Encoding": "br, gzip;q=0.5"]
            let response = try await http.execute(request, timeout: .seconds(60))
            let bytes = try await response.body.collect(upTo: 1 << 20)
            try await http.shutdown()
            #expect(response.headers.first(name: "Content-Encoding") == "gzip")
            #expect(response.headers["Vary"].contains { $0.contains("Accept-Encoding") })
            #expect(bytes.readableBytes * 4 < plain.body.utf8.count)
            #expect(response.headers.first(name: "Content-Length") == "\(bytes.readableBytes)")
            let folder = try TestFolders.temporary()
            try Data(bytes.readableBytesView).write(to: URL(filePath: folder + "/list.gz"))
            let unpacked = try await ChildProcess.output(of: "/bin/gzip", ["-dc", folder + "/list.gz"])
            #expect(unpacked == plain.body)
        }
    }

    @Test func `an unchanged list is 304 by its tag, and a changed one is sent`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let bob = try await client.registered("bob")
            let id = try await ada.habit()
            let first = try await ada.get("/api/habits/")
            let tag = try #require(first.headers.first(name: "ETag"))
            for value in [tag, "W/" + tag, "\"x\", \(tag)", "*"] {
                let answer = try await ada.send(.GET, "/api/habits/", headers: ["If-None-Match": value])
                #expect(answer.status == 304 && answer.body.isEmpty, "\(value)")
                #expect(answer.headers.first(name: "ETag") == tag)
            }
            #expect(try await ada.send(.GET, "/api/habits/", headers: ["If-None-Match": "\"x\""]).status == 200)
            #expect(try await bob.send(.GET, "/api/habits/", headers: ["If-None-Match": tag]).status == 200)
            #expect(try await client.send(.GET, "/api/habits/", headers: ["If-None-Match": tag]).status == 401)
            #expect(try await ada.put("/api/habits/\(id)", ["title": "New"]).status == 200)
            let second = try await ada.send(.GET, "/api/habits/", headers: ["If-None-Match": tag])
            #expect(second.status == 200 && second.headers.first(name: "ETag") != tag)
            // A write is never a matter of tags.
            #expect(
                try await ada.send(.POST, "/api/habits/", json: ["title": "b"], headers: ["If-None-Match": "*"]).status == 201)
        }
    }

    @Test func `bodies that are too large, of the wrong kind, encoded or malformed are refused`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            func status(_ body: String, _ type: String? = "application/json", _ headers: HTTPHeaders = [:]) async throws -> Int {
                try await ada.send(.POST, "/api/habits/", body: Array(body.utf8), type: type, headers: headers).status
            }
            let habit = #"{"title": "Read"}"#
            #expect(try await status(habit, "application/json; charset=utf-8") == 201)
            #expect(try await status(habit, "Application/JSON") == 201)
            #expect(try await status(habit, nil) == 201)
            for type in [
                "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "json",
            ] {
                #expect(try await status(habit, type) == 415, "\(type)")
            }
            #expect(try await status(habit, "application/json", ["Content-Encoding": "gzip"]) == 415)
            #expect(try await status("") == 422)
            for body in [
                "{", "{\"title\": \"a\"", "{'title': 'a'}", "{\"title\": \"a\"}}", "{\"title\": \"a\",}", "nul", "\u{FEFF}{}x",
                "{\"title\": NaN}",
                "{\"title\": \"a\", \"title\": \"b\"}",
            ] {
                let answer = try await ada.send(.POST, "/api/habits/", body: Array(body.utf8))
                #expect(
                    answer.status == 422 && answer.violations.first?.hasSuffix("json_invalid") == true, "\(body): \(answer.body)")
            }
            let broken: [UInt8] = Array("{\"title\": \"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)
            #expect(try await ada.send(.POST, "/api/habits/", body: broken).status == 422)

            func nested(_ depth: Int) -> String {
                #"{"title": "deep", "x": "# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
            }
            #expect(try await status(nested(60)) == 201)
            #expect(try await status(nested(70)) == 422)
            #expect(try await status(nested(100_000)) == 422)
            let padding = String(repeating: " ", count: 1 << 20)
            #expect(try await status(habit + padding) == 413)
            let large = try await client.send(
                .POST, "/api/auth/login", body: Array(#"{"email":"a","password":"b"}"#.utf8) + Array(padding.utf8))
            #expect(large.status == 413 && large.json["request_id"] != nil)
            #expect(try await ada.get("/api/habits/?include_archived=true").json.count == 4)
        }
    }

    @Test func `junk in queries and very long values are refused or ignored`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            for (query, status) in [
                ("", 200), ("?", 200), ("?&&&", 200), ("?=", 200), ("?category", 200), ("?category=&category=x", 200),
                ("?category=%00", 422), ("?%00=1", 422),
                ("?category=%FF", 400), ("?category=a+b%20c", 200), ("?include_archived=", 422),
                ("?include_archived=%74rue", 200), ("?include_archived=true&include_archived=false", 200), ("?a[b]=c&d;e", 200),
                ("?category=" + String(repeating: "x", count: 7000), 200),
                ("?category=" + String(repeating: "x", count: 9000), 414),
            ] {
                let url = "/api/habits/" + query.replacing("[", with: "%5B").replacing("]", with: "%5D")
                let answer = try await ada.send(.GET, url)
                #expect(answer.status == status, "\(query.prefix(40)): \(answer.body.prefix(200))")
            }
            for path in [
                "/api/habits/%00", "/api/habits/%FF", "/api/habits/%2e%2e%2f", "/api/habits/..%2f..", "/api/users/%00",
                "/api/habits/" + String(repeating: "a", count: 4000),
            ] {
                let answer = try await ada.get(path)
                #expect([400, 404, 422].contains(answer.status), "\(path.prefix(40)): \(answer.status)")
            }
            let headers: HTTPHeaders = ["X-Long": String(repeating: "x", count: 20_000)]
            #expect(try await ada.send(.GET, "/api/habits/", headers: headers).status == 431)
        }
    }

    @Test func `the texts of JSONTestSuite are created, refused, and nothing else`() async throws {
        let folder = TestFolders.package + "/../shared/data/json-parsing"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".json") }
        guard !names.isEmpty else {
            print("JSONTestSuite is not at ../shared/data/json-parsing: its scenario is left out")
            return
        }
        try await product { _, client in
            let ada = try await client.registered("ada")
            for name in names {
                let text = [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + name)))
                // As the whole body, and as a member that is ignored unless it is broken.
                let whole = try await ada.send(.POST, "/api/habits/", body: text)
                let member = try await ada.send(.POST, "/api/completions/", body: Array("{\"x\": ".utf8) + text + Array("}".utf8))
                switch name.prefix(2) {
                // Duplicate names are refused, which the RFC allows.
                case "y_":
                    let isHabit = name == "y_object_string_unicode.json"
                    #expect(whole.status == (isHabit ? 201 : 422), "\(name)")
                    let isRefused = name.contains("duplicated_key") || name.contains("null_") || name.contains("nul_")
                    #expect(member.status == (isRefused ? 422 : 400), "\(name): \(member.body)")
                case "n_":
                    #expect((400..<500).contains(whole.status), "\(name)")
                    #expect((400..<500).contains(member.status), "\(name)")
                default:
                    #expect(whole.status < 500 && member.status < 500, "\(name)")
                }
            }
            // One of them happens to be a habit.
            #expect(try await ada.get("/api/habits/").json.count == 1)
        }
    }
}
