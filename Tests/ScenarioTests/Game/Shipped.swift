/// The plugins of the habit tracker that can be left out one by one, each with a path that it alone serves.
enum Shipped {
    /// In the order of their names.
    static let plugins: [(id: String, path: String)] = [
        ("habits", "/api/habits/"), ("rpg", "/api/streak/status"), ("social", "/api/friends/"), ("stats", "/api/stats/overview"),
        ("llm", "/api/llm/usage"), ("tasks", "/api/tasks/"), ("notifications", "/api/notifications/"),
    ]

    /// Their ids.
    static var ids: [String] { plugins.map(\.id) }
}
