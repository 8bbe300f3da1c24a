import HearthHost
import HearthJSON
import Testing

/// Evaluations whose jobs an operator gives up.
struct TaskGivenUpTests {
    private static func run(_ scenario: (TestHost, TestClient, TestClient) async throws -> Void) async throws {
        try await product(plugins: ["tasks": "", "progression": "", "task-partners": ""]) { host, client in
            try await scenario(host, client, try await client.registered("ada"))
        }
    }

    /// Creates a task, and gives the job up that was to evaluate it.
    private static func givenUp(_ host: TestHost, _ admin: TestClient, _ user: TestClient) async throws -> String {
        #expect(try await admin.post("/api/admin/queues/tasks/pause", [:]).status == 200)
        let id = try await user.task(["title": "hard"])
        let list = try await admin.get("/api/admin/jobs?kind=tasks.evaluate_task_difficulty")
        let job = try #require(list.json["jobs"]?[0]?["id"]?.string, "\(list.body)")
        #expect(try await admin.post("/api/admin/jobs/\(job)/cancel", [:]).status == 200)
        #expect(try await admin.post("/api/admin/queues/tasks/resume", [:]).status == 200)
        #expect(try await user.shown(id)["is_evaluating"] == true)
        return id
    }

    @Test(arguments: ["reevaluate", "evaluate"])
    func `when a job was given up, asking again has another one do its work`(way: String) async throws {
        try await Self.run { host, client, ada in
            let id = try await Self.givenUp(host, try await host.administrator("root", client), ada)
            let answer =
                way == "evaluate"
                ? try await ada.post("/api/tasks/evaluate", ["task_ids": [.string(id)]])
                : try await ada.post("/api/tasks/\(id)/reevaluate")
            #expect(answer.status == 202)
            #expect(try await ada.evaluated(id)["xp_reward"] == 100)
            #expect(try await client.told("evaluations").count == 1)
        }
    }

    @Test func `a task whose job was given up waits for a day`() async throws {
        try await Self.run { host, client, ada in
            let id = try await Self.givenUp(host, try await host.administrator("root", client), ada)
            // In the second night; in the first one the day is not over yet.
            host.clock.advance(by: .seconds(40 * 3600))
            let isFreed = try await eventually {
                host.clock.advance(by: .seconds(5))
                return try await ada.shown(id)["is_evaluating"] == false
            }
            #expect(isFreed)
            let shown = try await ada.shown(id)
            #expect(shown["xp_reward"] == 35 && shown["evaluation"] == .null)
            #expect(try await client.told("evaluations").isEmpty)
        }
    }
}
