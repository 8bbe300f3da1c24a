import HearthHost
import HearthJSON
import Testing

extension TestClient {
    /// Creates a task.
    ///
    /// - Returns: Its id.
    func task(_ values: JSONObject = [:]) async throws -> String {
        var body = values
        if body["title"] == nil { body["title"] = "Clean the garage" }
        let answer = try await post("/api/tasks/", .object(body))
        #expect(answer.status == 201, "\(answer.body)")
        return try #require(answer.json["id"]?.string, "\(answer.status) \(answer.body)")
    }

    /// A task as it is shown.
    func shown(_ task: String) async throws -> JSONValue { try await get("/api/tasks/\(task)").json }

    /// Completes a task.
    func finish(_ task: String) async throws -> Answer { try await post("/api/tasks/\(task)/complete") }

    /// The experience of the user.
    func experience() async throws -> Int? { try await get("/api/auth/me").json["total_xp"]?.int }

    /// The titles of a list of tasks.
    func titles(_ path: String) async throws -> [String] {
        try await get("/api/tasks/\(path)").json.each("title").compactMap { $0?.string }
    }

    /// What one of the partners was told.
    func told(_ who: String) async throws -> [JSONValue] {
        try await get("/api/task-partners/seen").json[who]?.elements ?? []
    }

    /// Waits until a task is evaluated.
    ///
    /// - Returns: It.
    func evaluated(_ task: String) async throws -> JSONValue {
        let isThere = try await eventually { try await shown(task)["is_evaluating"] == false }
        #expect(isThere)
        return try await shown(task)
    }
}
