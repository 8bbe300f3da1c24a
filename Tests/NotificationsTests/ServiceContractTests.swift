import HearthKit
import TestContracts
import Testing

@testable import Notifications

/// The published contract of the service and what the plugin takes and gives.
struct ServiceContractTests {
    private let contract: ServiceContract

    init() throws { contract = try ServiceContract("notifications/1") }

    private static let message: JSONObject = [
        "user_id": "019a0f5e-6a00-7000-8000-000000000001", "kind": "level_up", "title": ["en": "Level 2", "fr": "Niveau 2"],
        "body": ["en": "Well done", "fr": "Bravo"], "data": ["level": 2], "key": "level 2",
    ]

    @Test func `what the contract asks for is read whole`() throws {
        #expect(try contract.problems(with: .object(Self.message), sentTo: "send") == [])
        let message = try Message(json: .object(Self.message))
        #expect(message.userID == UUID("019a0f5e-6a00-7000-8000-000000000001"))
        #expect(message.notice.kind == "level_up" && message.notice.key == "level 2")
        #expect(message.notice.title == LocalizedText(en: "Level 2", fr: "Niveau 2"))
        #expect(message.notice.body == LocalizedText(en: "Well done", fr: "Bravo"))
        #expect(message.notice.data == ["level": 2])
    }

    @Test(arguments: ["user_id", "kind", "title", "body"]) func `what is missing is refused`(_ name: String) throws {
        var message = Self.message
        message[name] = nil
        #expect(try contract.problems(with: .object(message), sentTo: "send") == ["\(name): Field required"])
    }

    @Test func `answers are what the contract promises`() throws {
        for id in [UUID("019a0f5e-6a00-7000-8000-000000000001"), nil] {
            var json = JSONWriter()
            Sent(id: id).write(to: &json)
            #expect(try contract.problems(with: JSONValue(parsing: json.bytes), answeredBy: "send") == [])
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
