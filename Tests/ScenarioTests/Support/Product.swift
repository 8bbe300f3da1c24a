import AsyncHTTPClient
import Foundation
import HearthJSON
import NIOCore
import NIOHTTP1
import Testing

/// Runs a scenario of the product as it is shipped, and checks what must never happen whatever the scenario does: an answer
/// 500, or a request that the host notes as failed.
///
/// - Parameters:
///   - plugins: As for ``TestHost/start(plugins:environment:dataFolder:clock:)``.
///   - environment: Likewise.
///   - scenario: Gets the host and a client without token.
func product(
    plugins: KeyValuePairs<String, String> = ["habits": ""], environment: [String: String] = [:],
    _ scenario: (TestHost, TestClient) async throws -> Void
) async throws {
    try await TestHost.with(plugins: plugins, environment: environment) { host in
        var client = TestClient(host)
        client.refusesFailures = true
        try await scenario(host, client)
        let failures = host.log.all.filter { $0.hasPrefix("error ") || $0.hasPrefix("critical ") }
        #expect(failures.isEmpty)
    }
}

extension TestClient {
    /// Sends a body as it is.
    func send(
        _ method: HTTPMethod, _ path: String, body: [UInt8], type: String? = "application/json", headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let type { request.headers.add(name: "Content-Type", value: type) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await answer(to: request)
    }

    /// Creates a habit.
    ///
    /// - Returns: Its id.
    func habit(_ values: JSONObject = [:]) async throws -> String {
        var body = values
        if body["title"] == nil { body["title"] = "Read" }
        let answer = try await post("/api/habits/", .object(body))
        return try #require(answer.json["id"]?.string, "\(answer.status) \(answer.body)")
    }

    /// Completes a habit today.
    func complete(_ habit: String) async throws -> Answer {
        try await post("/api/completions/", ["habit_id": .string(habit)])
    }

    /// Completes a habit today, which has to succeed.
    ///
    /// - Returns: The habit's streak with this completion.
    func streak(completing habit: String) async throws -> Int? {
        let answer = try await complete(habit)
        #expect(answer.status == 201, "\(answer.body)")
        return answer.json["result"]?["new_streak"]?.int
    }

    /// Sets one's time zone.
    func move(to timezone: String) async throws {
        let answer = try await put("/api/users/me", ["timezone": .string(timezone)])
        #expect(answer.json["timezone"]?.string == timezone, "\(answer.status) \(answer.body)")
    }
}

extension TestClient.Answer {
    /// What a 422 lists: places and kinds, such as `body.title string_too_long`, in alphabetical order.
    var violations: [String] {
        guard case .array(let errors)? = json["errors"] else { return [] }
        return errors.map { error in
            var place: [String] = []
            if case .array(let steps)? = error["loc"] { place = steps.map { $0.string ?? "\($0.int ?? -1)" } }
            return "\(place.joined(separator: ".")) \(error["type"]?.string ?? "")"
        }.sorted()
    }

    /// The sentences of a 422.
    var messages: [String] {
        guard case .array(let errors)? = json["errors"] else { return [] }
        return errors.compactMap { $0["msg"]?.string }
    }
}

extension JSONValue {
    /// The names of an object's members in alphabetical order.
    var names: [String] {
        if case .object(let object) = self { object.members.map(\.name).sorted() } else { [] }
    }

    /// One member of each element of an array.
    func each(_ name: String) -> [JSONValue?] {
        if case .array(let values) = self { values.map { $0[name] } } else { [] }
    }

    /// The elements of an array.
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }

    var double: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}

/// Microseconds since 1970 of an instant such as `2026-11-20T12:00:00Z`.
func instant(_ text: String) throws -> Int64 {
    Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970) * 1_000_000
}
