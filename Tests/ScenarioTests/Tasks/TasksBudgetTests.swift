import HearthHost
import HearthJSON
import Testing

/// How many statements a request may need: a number that does not grow with what the user has.
struct TasksBudgetTests {
    private static func count(_ host: TestHost, _ body: () async throws -> Int) async throws -> Int {
        try await host.statements.during {
            let status = try await body()
            #expect((200..<300).contains(status))
        }.count { $0.contains("tasks") }
    }

    @Test func `lists need one statement, with one task and with fifty`() async throws {
        try await product(plugins: ["tasks": ""]) { host, client in
            let ada = try await client.registered("ada")
            for number in 0..<50 {
                let id = try await ada.task(["due_date": "2026-11-20", "subtasks": [["title": "S"]], "tags": ["t"]])
                guard number == 0 || number == 49 else { continue }
                for path in ["", "today", "overdue", "?include_completed=true", id] {
                    let count = try await Self.count(host) { try await ada.get("/api/tasks/\(path)").status }
                    #expect(count == 1, "\(path)")
                }
            }
        }
    }

    @Test func `creating needs one statement, changing and completing two, and one more for the task that follows`() async throws
    {
        try await product(plugins: ["tasks": "", "progression": ""]) { host, client in
            let ada = try await client.registered("ada")
            var id = ""
            let creating = try await Self.count(host) {
                let answer = try await ada.post("/api/tasks/", ["title": "A"])
                id = answer.json["id"]?.string ?? ""
                return answer.status
            }
            #expect(creating == 1)
            let changing = try await Self.count(host) { try await ada.put("/api/tasks/\(id)", ["title": "B"]).status }
            #expect(changing == 2)
            let completing = try await Self.count(host) { try await ada.finish(id).status }
            #expect(completing == 2)
            let recurring = try await ada.task(["recurrence": "daily"])
            let following = try await Self.count(host) { try await ada.finish(recurring).status }
            #expect(following == 3)
        }
    }
}
