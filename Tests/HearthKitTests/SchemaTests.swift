import HearthJSON
import Testing

@testable import HearthKit

private enum Mood: String, JSONEnum { case good, bad }

private struct Inner: Input, Output {
    var a = 1
    static let schema = Schema<Inner>("Inner") { Field("a", \.a, .range(0...)) }
}

private struct Outer: Input, Output {
    var title = ""
    var mood = Mood.good
    var inner = Inner()
    var list: [Inner]?
    var time = LocalTime(microseconds: 27_000_000_000)
    static let schema = Schema<Outer>("Outer") {
        Field("title", \.title, .required, .length(1...10), .docs("The title."))
        Field("mood", \.mood)
        Field("inner", \.inner)
        Field("list", \.list, .count(0...3), .docs("May be null."))
        Field("time", \.time)
    }
}

private struct Tree: Output {
    let name: String
    let children: [Tree]
    static let schema = Schema<Tree>("Tree") {
        Field("name") { $0.name }
        Field("children") { $0.children }
    }
}

private struct Extended: Output {
    let inner: Inner
    let tree: Tree
    static let schema = Schema<Extended>("Extended") {
        Include(\.inner)
        Field("depth", .docs("Of the tree.")) { _ in 1 }
        Include(\.tree)
    }
}

private struct Embedding: Input {
    var inner = Inner()
    var more = ""
    static let schema = Schema<Embedding>("Embedding") {
        Include(\.inner)
        Field("more", \.more)
    }
}

private struct Change: Input {
    var title = Patch<String?>.unchanged
    var note = Patch<String?>.unchanged
    static let schema = Schema<Change>("Change") {
        Field("title", \.title, .length(1...10))
        Field("note", \.note)
    }
}

private func text(_ value: some JSONEncodable) -> String {
    var json = JSONWriter()
    value.write(to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
}

struct SchemaTests {
    @Test func `a definition has rules, texts and the defaults of a fresh instance`() throws {
        #expect(
            Outer.definition
                == (try JSONValue(
                    parsing: #"""
                        {"type": "object", "properties": {
                          "title": {"type": "string", "minLength": 1, "maxLength": 10, "description": "The title."},
                          "mood": {"type": "string", "enum": ["good", "bad"], "default": "good"},
                          "inner": {"$ref": "#/components/schemas/Inner", "default": {"a": 1}},
                          "list": {"anyOf": [{"type": "array", "items": {"$ref": "#/components/schemas/Inner"}, "minItems": 0, "maxItems": 3},
                                   {"type": "null"}], "description": "May be null.", "default": null},
                          "time": {"type": "string", "pattern": "^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,6})?)?$",
                                   "examples": ["07:30:00"], "default": "07:30:00"}},
                         "required": ["title"]}
                        """#)))
    }

    @Test func `what is left out keeps its default, what is there does not`() throws {
        let value = try Outer(
            json: JSONValue(parsing: #"{"title": "T", "inner": {}, "list": [{"a": 4}], "mood": "bad", "x": 1}"#))
        #expect(value.mood == .bad && value.inner.a == 1 && value.list?.map(\.a) == [4] && value.time == LocalTime("07:30"))
        #expect(text(value) == #"{"title":"T","mood":"bad","inner":{"a":1},"list":[{"a":4}],"time":"07:30:00"}"#)
    }

    @Test func `a dictionary is an object of unknown members, by name`() throws {
        #expect([String: [Inner]].jsonSchema.text.contains(#""additionalProperties":{"type":"array""#))
        #expect(text(["b": 2, "a": 1]) == #"{"a":1,"b":2}"#)
        var components = Components()
        components.add([String: [Inner]].self)
        #expect(components.all.map { $0.schemaName } == ["Inner"])
    }

    @Test func `a mismatch names its place, not the value`() throws {
        let error = #expect(throws: DecodingFailure.self) {
            try Outer(json: JSONValue(parsing: #"{"title": "T", "list": [{"a": 1}, {"a": "secret"}]}"#))
        }
        #expect(error?.description == "expected an integer at list.1.a")
    }

    @Test func `a type that contains itself is published once and refers to itself`() throws {
        var components = Components()
        components.add(Tree.self)
        #expect(components.all.map { $0.schemaName } == ["Tree"])
        #expect(
            Tree.definition
                == (try JSONValue(
                    parsing: ##"""
                        {"type": "object", "properties": {"name": {"type": "string"},
                         "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}, "required": ["name", "children"]}
                        """##)))
        #expect(
            text(Tree(name: "a", children: [Tree(name: "b", children: [])]))
                == #"{"name":"a","children":[{"name":"b","children":[]}]}"#)
    }

    @Test func `included members stand in their place, with their rules and what they refer to`() throws {
        #expect(
            text(Extended(inner: Inner(a: 3), tree: Tree(name: "t", children: [])))
                == #"{"a":3,"depth":1,"name":"t","children":[]}"#)
        #expect(Extended.members.map(\.name) == ["a", "depth", "name", "children"])
        #expect(Extended.members[0].schema == ["type": "integer", "format": "int64", "minimum": 0])
        var components = Components()
        components.add(Extended.self)
        #expect(components.all.map { $0.schemaName } == ["Extended", "Tree"])
    }

    @Test func `included members are read too`() throws {
        let value = try Embedding(json: JSONValue(parsing: #"{"a": 5, "more": "m"}"#))
        #expect(value.inner.a == 5 && value.more == "m")
        #expect(try Embedding(json: [:]).inner.a == 1)
    }

    @Test func `a patch tells left out, null and value apart`() throws {
        let change = try Change(json: JSONValue(parsing: #"{"note": null}"#))
        #expect(change.title.applied(to: "old") == "old")
        let note: String? = change.note.applied(to: String?.some("old"))
        #expect(note == nil)
        let second = try Change(json: JSONValue(parsing: #"{"title": null, "note": "new"}"#))
        let title: String = second.title.applied(to: "old")
        #expect(title == "old")
        #expect(second.note.applied(to: String?.some("old")) == "new")
    }

    @Test func `numbers are read as JSON Schema takes them`() throws {
        #expect(try Int(json: 1.0) == 1)
        #expect(throws: DecodingFailure.self) { try Int(json: 1.5) }
        #expect(throws: DecodingFailure.self) { try Int(json: .number(1e300)) }
        #expect(try Double(json: 3) == 3)
        #expect(throws: DecodingFailure.self) { try Mood(json: "ugly") }
        #expect(throws: DecodingFailure.self) { try Bool(json: 1) }
    }
}
