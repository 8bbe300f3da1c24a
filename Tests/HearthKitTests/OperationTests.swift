import HearthJSON
import Testing

@testable import HearthKit

private struct Page: Input {
    var limit = 20
    var after: UUID?
    var tags: [String] = []
    static let schema = Schema<Page>("Page") {
        Field("limit", \.limit, .range(1...100), .docs("How many."))
        Field("after", \.after)
        Field("tags", \.tags, .required)
    }
}

private struct Note: Input, Output {
    var text = ""
    static let schema = Schema<Note>("Note") { Field("text", \.text, .required) }
}

private struct OtherNote: Output {
    static let schema = Schema<OtherNote>("Note") { Field("x") { _ in 1 } }
}

struct OperationTests {
    private let host = FakeHost()

    /// What the description of the last route says about its body.
    private func body() throws -> JSONValue? {
        guard case .object(let operation) = try JSONValue(parsing: #require(host.routes.last).operation) else { return nil }
        return operation["requestBody"]
    }

    @Test func `a body is bytes, a stream, a form or an array, of the media types that are named`() throws {
        try host.register { $0.routes(tag: "t").route(.put, "/a", "A", body: [UInt8].self) { _ in Nothing() } }
        #expect(try body() == ["required": false, "content": ["*/*": ["schema": [:]]]])
        #expect(host.routes.last?.flags == 0)
        try host.register {
            $0.routes(tag: "t").route(
                .put, "/b", "B", body: BodyStream.self, options: RouteOptions(mediaTypes: ["image/png"], isBlocking: true)
            ) { _ in Nothing() }
        }
        #expect(try body() == ["required": false, "content": ["image/png": ["schema": [:]]]])
        #expect(host.routes.last?.flags == 3)
        try host.register {
            $0.routes(tag: "t").route(
                .put, "/c", "C", body: Note.self, options: RouteOptions(mediaTypes: ["multipart/form-data"])
            ) { _ in Nothing() }
        }
        let note: JSONValue = ["schema": ["$ref": "#/components/schemas/Note"]]
        #expect(try body() == ["required": true, "content": ["multipart/form-data": note]])
        try host.register {
            $0.routes(tag: "t").route(.put, "/d", "D", body: InputArray<Note>.self) { _ in Nothing() }
        }
        let notes: JSONValue = ["schema": ["type": "array", "items": ["$ref": "#/components/schemas/Note"]]]
        #expect(try body() == ["required": true, "content": ["application/json": notes]])
    }

    @Test func `an answer may have other media types beside JSON`() throws {
        try host.register {
            $0.routes(tag: "t").reply(
                .get, "/d", "D", documents: Note.self, options: RouteOptions(answerTypes: ["text/csv"])
            ) { _ in .empty() }
        }
        let operation = try JSONValue(parsing: #require(host.routes.last).operation)
        let golden = #"""
            {"summary": "D", "tags": ["t"], "responses": {"200": {"description": "Success", "content": {
              "application/json": {"schema": {"$ref": "#/components/schemas/Note"}}, "text/csv": {"schema": {"type": "string"}}}}}}
            """#
        #expect(try operation == JSONValue(parsing: golden))
    }

    @Test func `a route describes itself as an operation`() throws {
        let id = PathParameter<UUID>("note_id", "The note.")
        try host.register {
            $0.routes(tag: "Notes", access: .admin).route(
                .put, "/notes/\(id)", "Change a note", query: Page.self, body: Note.self, status: 202,
                options: RouteOptions(
                    aliases: ["/n/{note_id}"], failures: [.notFound("No such note"), .badRequest("Bad"), .badRequest("Worse")],
                    docs: "Longer.")
            ) { $0.body }
        }
        let route = try #require(host.routes.last)
        #expect(
            route.method == "PUT" && route.path == "/notes/{note_id}" && route.aliases == ["/n/{note_id}"] && route.access == 4)
        let golden = #"""
            {"summary": "Change a note", "tags": ["Notes"], "description": "Longer.", "parameters": [
              {"name": "note_id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}, "description": "The note."},
              {"name": "limit", "in": "query", "required": false, "description": "How many.",
               "schema": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 100, "default": 20}},
              {"name": "after", "in": "query", "required": false,
               "schema": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}},
              {"name": "tags", "in": "query", "required": true, "schema": {"type": "array", "items": {"type": "string"}}}],
             "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
             "responses": {
              "202": {"description": "Success", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
              "400": {"description": "Bad · Worse"}, "404": {"description": "No such note"}}}
            """#
        #expect(try JSONValue(parsing: route.operation) == JSONValue(parsing: golden))
        #expect(host.schemas.map(\.name) == ["Note"])
    }

    @Test func `a schema is published once for all its routes`() throws {
        try host.register {
            let routes = $0.routes(tag: "t")
            routes.route(.post, "/a", "A", body: Note.self) { $0.body }
            routes.route(.post, "/b", "B", body: Note.self) { $0.body }
        }
        #expect(host.schemas.count == 1)
        #expect(host.routes.map(\.path) == ["/a", "/b"])
    }

    @Test func `two types of the same schema name are refused`() throws {
        let error = #expect(throws: HostError.self) {
            try host.register {
                let routes = $0.routes(tag: "t")
                routes.route(.post, "/a", "A", body: Note.self) { $0.body }
                routes.route(.get, "/b", "B") { _ in OtherNote() }
            }
        }
        #expect(error?.message.contains("Note") == true)
    }

    @Test func `the first refusal ends the registration and is what init throws`() throws {
        host.refuse("add_route", 10)
        let error = #expect(throws: HostError.self) {
            try host.register {
                let routes = $0.routes(tag: "t")
                routes.route(.get, "/a", "A") { _ in Nothing() }
                routes.route(.get, "/b", "B") { _ in Nothing() }
            }
        }
        #expect(error?.kind == .conflict && error?.message.contains("GET /a") == true)
    }
}
