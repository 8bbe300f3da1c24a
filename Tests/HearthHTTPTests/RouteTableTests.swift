import HTTPTypes
import HearthHTTP
import Testing

@Suite struct RouteTableTests {
    private func table(_ routes: [(HTTPRequest.Method, String)]) throws -> RouteTable<String> {
        var table = RouteTable<String>()
        for (method, path) in routes {
            try table.add(method: method, path: path, owner: "test", endpoint: "\(method.rawValue) \(path)")
        }
        return table
    }

    /// What a match says, in one line.
    private func found(_ table: RouteTable<String>, _ method: HTTPRequest.Method, _ path: String) -> String {
        switch table.match(method: method, path: path) {
        case .found(let endpoint, let parameters): ([endpoint] + parameters).joined(separator: " | ")
        case .options(let allow): "options " + allow.joined(separator: ",")
        case .methodNotAllowed(let allow): "405 " + allow.joined(separator: ",")
        case .notFound: "404"
        case .malformed: "400"
        }
    }

    @Test func `a literal beats a parameter, and the search goes back when it leads nowhere`() throws {
        let table = try table([
            (.get, "/x/habits/{id}"), (.get, "/x/habits/today"), (.get, "/x/{kind}/{id}/history"), (.post, "/x/habits/today"),
            (.put, "/x/{kind}/today"),
        ])
        #expect(found(table, .get, "/x/habits/today") == "GET /x/habits/today")
        #expect(found(table, .get, "/x/habits/7") == "GET /x/habits/{id} | 7")
        #expect(found(table, .get, "/x/habits/today/history") == "GET /x/{kind}/{id}/history | habits | today")
        #expect(found(table, .put, "/x/tasks/today") == "PUT /x/{kind}/today | tasks")
        #expect(found(table, .get, "/x/habits") == "404")
        #expect(found(table, .get, "/x/habits/7/8") == "404")
    }

    @Test func `a trailing slash makes no difference, an empty segment does`() throws {
        let table = try table([(.get, "/api/habits/"), (.get, "/api/habits/{id}"), (.get, "/")])
        #expect(found(table, .get, "/api/habits") == "GET /api/habits/")
        #expect(found(table, .get, "/api/habits/") == "GET /api/habits/")
        #expect(found(table, .get, "/api/habits/1/") == "GET /api/habits/{id} | 1")
        #expect(found(table, .get, "/api/habits//") == "404")
        #expect(found(table, .get, "//api/habits") == "404")
        #expect(found(table, .get, "/") == "GET /")
        #expect(found(table, .get, "*") == "404")
    }

    @Test func `paths below api are served below v1, unless somebody has that path himself`() throws {
        for isFirst in [true, false] {
            let own = (HTTPRequest.Method.get, "/api/v1/habits/{habit}")
            let table = try table(
                (isFirst ? [own] : []) + [(.get, "/api/habits/{id}"), (.post, "/api/habits/{id}")] + (isFirst ? [] : [own]))
            #expect(found(table, .get, "/api/habits/1") == "GET /api/habits/{id} | 1")
            #expect(found(table, .get, "/api/v1/habits/1") == "GET /api/v1/habits/{habit} | 1")
            #expect(found(table, .post, "/api/v1/habits/1") == "POST /api/habits/{id} | 1")
            #expect(found(table, .get, "/api/v1/v1/habits/1") == "404")
        }
    }

    @Test func `parameters are decoded, and a broken encoding is found out`() throws {
        let table = try table([(.get, "/x/{a}/{b}"), (.get, "/x/plain")])
        #expect(found(table, .get, "/x/a%2Fb/%C3%A9") == "GET /x/{a}/{b} | a/b | é")
        #expect(found(table, .get, "/x/a+b/c%20d") == "GET /x/{a}/{b} | a+b | c d")
        #expect(found(table, .get, "/x/pl%61in") == "GET /x/plain")
        #expect(found(table, .get, "/x/%/b") == "400")
        #expect(found(table, .get, "/x/%4/b") == "400")
        #expect(found(table, .get, "/x/%zz/b") == "400")
        #expect(found(table, .get, "/x/%ff/b") == "400")
        #expect(found(table, .get, "/x/%00/b") == "400")
    }

    @Test func `a known path with another method says which methods it has`() throws {
        let table = try table([(.get, "/x/{a}"), (.delete, "/x/{a}"), (.post, "/x/y"), (.put, "/z")])
        #expect(found(table, .patch, "/x/1") == "405 DELETE,GET,HEAD,OPTIONS")
        // The literal path is another resource, so neither its methods nor its parameters mix with the other's.
        #expect(found(table, .delete, "/x/y") == "405 OPTIONS,POST")
        #expect(found(table, .options, "/x/y") == "options OPTIONS,POST")
        #expect(found(table, .options, "/z") == "options OPTIONS,PUT")
        #expect(found(table, .trace, "/z") == "405 OPTIONS,PUT")
        #expect(found(table, .head, "/x/1") == "GET /x/{a} | 1")
        #expect(found(table, .head, "/z") == "405 OPTIONS,PUT")
        #expect(found(table, .options, "/nowhere") == "404")
    }

    @Test func `a duplicate route names both owners`() throws {
        var table = RouteTable<Int>()
        try table.add(method: .get, path: "/api/habits/{habit_id}", owner: "habits", endpoint: 1)
        try table.add(method: .put, path: "/api/habits/{id}", owner: "tasks", endpoint: 2)
        let conflict = #expect(throws: RouteConflict.self) {
            try table.add(method: .get, path: "/api/habits/{id}/", owner: "tasks", endpoint: 3)
        }
        #expect(conflict?.reason == .taken(owner: "habits", path: "/api/habits/{habit_id}"))
        #expect(
            conflict?.description
                == "GET /api/habits/{id}/: wanted by tasks, but habits has it already as /api/habits/{habit_id}")
        guard case .found(let endpoint, _) = table.match(method: .get, path: "/api/habits/1") else {
            Issue.record("the first route must stay")
            return
        }
        #expect(endpoint == 1)
    }

    @Test(arguments: ["x", "", "/a//b", "/{}", "/{a-b}", "/{a}/{a}", "/a b", "/a?b", "/{a}b", "/a%20b"])
    func `a malformed path is refused`(path: String) {
        var table = RouteTable<Int>()
        let conflict = #expect(throws: RouteConflict.self) {
            try table.add(method: .get, path: path, owner: "test", endpoint: 1)
        }
        guard case .malformed = conflict?.reason else {
            Issue.record("not malformed: \(path)")
            return
        }
    }
}
