import Foundation
import HearthKit
import Testing

@testable import Notifications

private typealias UUID = HearthKit.UUID

/// The published contract of the service and what the plugin takes and gives.
struct ServiceContractTests {
    private let input: JSONSchema
    private let output: JSONSchema

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/services/notifications-1.schema.json")
        let document = try JSONValue(parsing: String(contentsOf: file, encoding: .utf8))
        let text = document["$defs"]?["text"]
        let send = document["properties"]?["send"]?["properties"]
        // References lead into the document, which a schema of its own has not.
        func schema(_ name: String) throws -> JSONSchema {
            let value = try #require(send?[name])
            let inlined = value.text.replacing(##"{"$ref":"#/$defs/text"}"##, with: text?.text ?? "{}")
            return try JSONSchema(try JSONValue(parsing: inlined))
        }
        input = try schema("input")
        output = try schema("output")
    }

    private static let message: JSONObject = [
        "user_id": "019a0f5e-6a00-7000-8000-000000000001", "kind": "level_up", "title": ["en": "Level 2", "fr": "Niveau 2"],
        "body": ["en": "Well done", "fr": "Bravo"], "data": ["level": 2], "key": "level 2",
    ]

    @Test func `what the contract asks for is read whole`() throws {
        #expect(input.validate(.object(Self.message)).isEmpty)
        let message = try Message(json: .object(Self.message))
        #expect("\(message.userID)" == Self.message["user_id"]?.text.trimmingCharacters(in: ["\""]))
        #expect(message.notice.kind == "level_up" && message.notice.key == "level 2")
        #expect(message.notice.title == LocalizedText(en: "Level 2", fr: "Niveau 2"))
        #expect(message.notice.body == LocalizedText(en: "Well done", fr: "Bravo"))
        #expect(message.notice.data == ["level": 2])
    }

    @Test(arguments: ["user_id", "kind", "title", "body"]) func `what is missing is refused`(_ name: String) {
        var message = Self.message
        message[name] = nil
        #expect(!input.validate(.object(message)).isEmpty)
    }

    @Test func `answers are what the contract promises`() throws {
        for id in [UUID("019a0f5e-6a00-7000-8000-000000000001"), nil] {
            var json = JSONWriter()
            Sent(id: id).write(to: &json)
            #expect(output.validate(try JSONValue(parsing: json.bytes)).isEmpty)
        }
    }

    @Test func `data has at most 16 KiB`() throws {
        func check(_ data: JSONObject?) -> Failure? {
            do { try Notice(kind: "a", data: data).check() } catch { return error }
            return nil
        }
        #expect(check(nil) == nil && check(["a": 1]) == nil)
        #expect(check(["a": .string(String(repeating: "x", count: 16 << 10))])?.status == 422)
        #expect(check(["a": .string(String(repeating: "x", count: 16_000))]) == nil)
    }
}

extension JSONValue {
    fileprivate subscript(name: String) -> JSONValue? {
        if case .object(let object) = self { object[name] } else { nil }
    }
}
