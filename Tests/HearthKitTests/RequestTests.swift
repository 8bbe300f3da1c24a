import HearthJSON
import Testing

@testable import HearthKit

private struct Search: Input {
    var text = "all"
    var limit = 20
    var exact = false
    var tags: [String] = []
    static let schema = Schema<Search>("Search") {
        Field("text", \.text)
        Field("limit", \.limit, .range(1...100))
        Field("exact", \.exact)
        Field("tags", \.tags)
    }
}

private struct Note: Input, Output {
    var title = ""
    var stars: Int?
    static let schema = Schema<Note>("Note") {
        Field("title", \.title, .required)
        Field("stars", \.stars)
    }
}

private struct Echo: Output {
    let text: String
    static let schema = Schema<Echo>("Echo") { Field("text") { $0.text } }
}

struct RequestTests {
    private let host = FakeHost()

    @Test func `query parameters are read as their types, repeated ones as a list, unknown ones not at all`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A", query: Search.self) { request in
                let query = request.query
                return Echo(text: "\(query.text) \(query.limit) \(query.exact) \(query.tags)")
            }
        }
        let given = await host.request(
            query: [("limit", "7"), ("tags", "x"), ("exact", "yes"), ("tags", "y"), ("other", "1"), ("text", "12")])
        #expect(given == FakeAnswer(status: 200, body: #"{"text":"12 7 true [\"x\", \"y\"]"}"#))
        let defaults = await host.request()
        #expect(defaults.body == #"{"text":"all 20 false []"}"#)
    }

    @Test func `a body is decoded, and answered with the declared status`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.post, "/a", "A", body: Note.self, status: 201) { $0.body }
        }
        let answer = await host.request(json: #"{"stars": 3, "title": "é\n\"", "later": []}"#)
        #expect(answer == FakeAnswer(status: 201, body: #"{"title":"é\n\"","stars":3}"#))
    }

    @Test func `a body that does not fit is 422 with the place`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.post, "/a", "A", body: Note.self) { $0.body }
        }
        let answer = await host.request(json: #"{"title": 7}"#)
        #expect(answer.status == 422)
        #expect(answer.errors == #"[{"loc":["body","title"],"msg":"Input should be a string","type":"value_error"}]"#)
    }

    @Test func `a body that is an array is decoded, and what does not fit is found in it`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.post, "/a", "A", body: InputArray<Note>.self) { $0.body.elements }
        }
        let answer = await host.request(json: #"[{"title": "a"}, {"title": "b", "stars": 1}]"#)
        #expect(answer.body == #"[{"title":"a","stars":null},{"title":"b","stars":1}]"#)
        let refused = await host.request(json: #"[{"title": "a"}, {"title": 7}]"#)
        #expect(refused.errors == #"[{"loc":["body","1","title"],"msg":"Input should be a string","type":"value_error"}]"#)
    }

    @Test func `path parameters are read by their own names`() async throws {
        let owner = PathParameter<UUID>("owner")
        let number = PathParameter<Int>("number")
        try host.register {
            $0.routes(tag: "t").route(.get, "/\(owner)/items/\(number)", "A") { request in
                Echo(text: "\(try request[number]) of \(try request[owner])")
            }
        }
        let answer = await host.request(path: ["019a0f5e-6a00-7000-8000-000000000001", "-4"])
        #expect(answer.body == #"{"text":"-4 of 019a0f5e-6a00-7000-8000-000000000001"}"#)
        let wrong = await host.request(path: ["x", "1"])
        #expect(wrong.status == 422)
        #expect(wrong.errors.contains(#""loc":["path","owner"]"#))
    }

    @Test func `who calls is known, and asking for nobody is 401`() async throws {
        try host.register {
            $0.routes(tag: "t", access: .optional).route(.get, "/a", "A") { request in
                Echo(text: "\(try request.user.id) \(try request.user.timezone)")
            }
        }
        #expect(await host.request().body == #"{"text":"abababab-abab-abab-abab-abababababab Europe/Paris"}"#)
        #expect(await host.request(user: false).status == 401)
    }

    @Test func `a request that is kept after its answer is still whole`() async throws {
        let kept = Box<Request<Search, Note>?>(nil)
        let id = PathParameter<String>("id")
        try host.register {
            $0.routes(tag: "t").route(.post, "/\(id)", "A", query: Search.self, body: Note.self) { request in
                kept.value = request
                return Nothing()
            }
        }
        #expect(await host.request(query: [("text", "q")], path: ["p"], json: #"{"title": "b"}"#).status == 200)
        let request = try #require(kept.value)
        #expect(request.query.text == "q" && request.body.title == "b")
        let path = try request[id]
        let zone = try request.user.timezone
        #expect(path == "p" && zone == "Europe/Paris")
        #expect(request.header("Accept") == nil)
    }

    @Test func `header fields are found in any case`() async throws {
        try host.register {
            $0.routes(tag: "t").route(.get, "/a", "A") { Echo(text: "\($0.header("ACCEPT") ?? "-") \($0.header("x") ?? "-")") }
        }
        #expect(await host.request().body == #"{"text":"text/plain -"}"#)
    }
}
