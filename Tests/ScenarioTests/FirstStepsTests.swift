import HearthJSON
import Testing

/// What a newcomer does in his first minutes.
struct FirstStepsTests {
    @Test func `a stranger registers, creates a habit, completes it and finds it after a restart`() async throws {
        let host = try await TestHost.start(plugins: ["habits": "", "greeter": ""])
        let ada = try await TestClient(host).registered("ada")
        let habit = try await ada.post("/api/habits/", ["title": "Read"])
        #expect(habit.status == 201)
        let id = try #require(habit.json["id"]?.string)
        let completion = try await ada.post("/api/completions/", ["habit_id": .string(id)])
        #expect(completion.status == 201)
        #expect(completion.json["xp_earned"]?.int == 0)
        #expect(try await ada.get("/api/habits/today").json[0]?["completed_today"]?.bool == true)
        #expect(try await ada.get("/api/habits/\(id)/history").json.count == 1)
        try await host.stop()

        let again = try await TestHost.start(
            plugins: ["habits": "", "greeter": ""], dataFolder: host.dataFolder, clock: host.clock)
        let sameAda = TestClient(again, token: ada.token)
        #expect(try await sameAda.get("/api/habits/\(id)/history").json.count == 1)
        #expect(try await sameAda.get("/api/completions/calendar").json["summary"]?["total_completions"]?.int == 1)
        #expect(try await sameAda.get("/api/greeter/hello?name=Ada").json["message"] == "Hello, Ada!")
        try await again.stop()
    }
}
