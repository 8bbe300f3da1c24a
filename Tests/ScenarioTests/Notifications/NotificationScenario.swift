import HearthJSON
import Testing

/// A whole host with the plugin of notifications, and one that sends them.
func notifications(
    plugins: KeyValuePairs<String, String> = ["notifications": "", "service-client": ""], environment: [String: String] = [:],
    _ scenario: (TestHost, TestClient) async throws -> Void
) async throws {
    try await product(plugins: plugins, environment: environment, scenario)
}

extension TestClient {
    /// Has oneself notified by another plugin.
    ///
    /// - Returns: The id of the notification, null when it is not wanted.
    @discardableResult
    func notify(
        _ title: String, kind: String = "level_up", key: String? = nil, data: JSONValue = .null, transaction: String = "none"
    ) async throws -> JSONValue {
        let answer = try await call(
            "notifications/1", "send",
            [
                "kind": .string(kind), "title": ["en": .string(title), "fr": .string("« \(title) »")],
                "body": ["en": "Look at it", "fr": "Regardez"], "key": key.map { JSONValue.string($0) } ?? .null, "data": data,
            ], transaction: transaction)
        return answer["output"]?["id"] ?? answer
    }

    /// A page of one's inbox.
    func inbox(_ query: String = "") async throws -> JSONValue {
        let answer = try await get("/api/notifications\(query)")
        #expect(answer.status == 200, "\(answer.body)")
        return answer.json
    }

    /// The English titles of a page of one's inbox.
    func inboxTitles(_ query: String = "") async throws -> [String] {
        try await inbox(query)["notifications"]?.elements.compactMap { $0["title"]?["en"]?.string } ?? []
    }

    /// How many of one's notifications are unread.
    func unread() async throws -> Int? {
        try await get("/api/notifications/unread-count").json["unread"]?.int
    }

    /// Changes one's preferences.
    @discardableResult
    func prefer(_ change: JSONValue, status: Int = 200) async throws -> JSONValue {
        let answer = try await put("/api/notifications/preferences", change)
        #expect(answer.status == status, "\(answer.body)")
        return answer.json
    }
}

extension EventStream {
    /// The English titles of what has come at once.
    var titles: [String] { events.filter { $0.name == "notification.created" }.compactMap { $0.data["title"]?["en"]?.string } }
}
