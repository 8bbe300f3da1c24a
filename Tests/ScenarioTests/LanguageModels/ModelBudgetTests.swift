import HearthHost
import HearthJSON
import TestServers
import Testing

/// What models may be used for is counted exactly.
@Suite struct ModelBudgetTests {
    private static let answering: @Sendable (ModelQuestion, Int) async throws -> ModelBehaviour = { _, _ in
        .answer(ModelAnswer(ModelScenario.answer, tokens: (input: 1000, output: 200)))
    }

    /// Has tasks evaluated at the same time.
    ///
    /// - Returns: How many by a model, and the notices of the others.
    private func evaluate(
        _ count: Int, by users: [TestClient], from start: Int = 0
    ) async throws -> (byModel: Int, notices: Set<String>) {
        try await withThrowingTaskGroup(of: JSONValue.self) { group in
            for number in start..<(start + count) {
                group.addTask { try await users[number % users.count].evaluate("Task \(number)") }
            }
            var (byModel, notices): (Int, Set<String>) = (0, [])
            for try await evaluation in group {
                if evaluation["source"] == "model" {
                    byModel += 1
                } else {
                    notices.insert(evaluation["notice"]?.string ?? "none")
                }
            }
            return (byModel, notices)
        }
    }

    @Test func `a user has so many evaluations a day, however many at once`() async throws {
        try await ModelScenario.run(.openai, settings: "evaluations_per_user = 5", behave: Self.answering) { scenario in
            let ada = try await scenario.client.registered("ada")
            let (byModel, notices) = try await evaluate(20, by: [ada])
            #expect(byModel == 5)
            #expect(notices == ["user_limit"])
            #expect(scenario.server.requests.count == 5)
            let usage = try await ada.get("/api/llm/usage").json
            #expect(usage["evaluations"] == 5)
            #expect(usage["evaluations_limit"] == 5)
            // Noon plus twelve hours is the next day of UTC.
            scenario.host.clock.advance(by: .seconds(12 * 3600))
            #expect(try await evaluate(1, by: [ada], from: 100).byModel == 1)
        }
    }

    @Test func `all together have so many evaluations a day`() async throws {
        try await ModelScenario.run(
            .openai, settings: "evaluations_per_user = 5\nevaluations_per_day = 7", behave: Self.answering
        ) { scenario in
            let users = [try await scenario.client.registered("ada"), try await scenario.client.registered("eve")]
            let (byModel, notices) = try await evaluate(20, by: users)
            #expect(byModel == 7)
            #expect(notices.isSubset(of: ["user_limit", "daily_limit"]))
            #expect(notices.contains("daily_limit"))
        }
    }

    @Test func `the defaults are those of the product`() async throws {
        try await ModelScenario.run(.openai, behave: Self.answering) { scenario in
            let ada = try await scenario.client.registered("ada")
            #expect(try await evaluate(25, by: [ada]).byModel == 20)
            // All but one of the day are used up.
            try await scenario.host.sql("UPDATE llm_days SET evaluations = 499")
            let (byModel, notices) = try await evaluate(2, by: [try await scenario.client.registered("eve")])
            #expect(byModel == 1 && notices == ["daily_limit"])
        }
    }

    @Test func `costs are counted, and money has an end`() async throws {
        try await ModelScenario.run(
            .openai, settings: "input_price = 1.0\noutput_price = 5.0\ndollars_per_day = 0.09", behave: Self.answering
        ) { scenario in
            let ada = try await scenario.client.registered("ada")
            // A question is held at 60,000 tokens of input and 4,096 of output, 0.08048 dollars, and costs 0.002.
            for number in 1...5 { #expect(try await ada.evaluate("Task \(number)")["source"] == "model") }
            #expect(try await ada.evaluate("Task 6")["notice"] == "daily_limit")
            let chief = try await scenario.host.administrator("chief", scenario.client)
            let days = try await chief.get("/api/llm/days?days=1").json
            #expect(days[0]?["evaluations"] == 5)
            #expect(days[0]?["input_tokens"] == 5000)
            #expect(days[0]?["output_tokens"] == 1000)
            #expect(days[0]?["cost_dollars"]?.double == 0.01)
            #expect(try await ada.get("/api/llm/days").status == 403)
        }
    }

    @Test func `what was used more than a year ago is forgotten`() async throws {
        try await ModelScenario.run(.openai, behave: Self.answering) { scenario in
            let clock = scenario.host.clock
            let ada = try await scenario.client.registered("ada")
            let chief = try await scenario.host.administrator("chief", scenario.client)
            #expect(try await evaluate(1, by: [ada]).byModel == 1)
            func clean(after days: Int) async throws {
                let start = clock.now
                clock.set(start + Int64(days) * 86_400_000_000)
                let later = try await scenario.client.post(
                    "/api/auth/login", ["email": "chief", "password": "SecurePass1"])
                var admin = scenario.client
                admin.token = later.json["access_token"]?.string
                func completed() async throws -> Set<String> {
                    let jobs = try await admin.get("/api/admin/jobs?kind=llm.clean_usage&state=completed").json["jobs"]
                    return Set(jobs?.elements.compactMap { $0["id"]?.string } ?? [])
                }
                let before = try await completed()
                #expect(try await admin.post("/api/admin/schedules/llm.usage/run").status == 200)
                let isClean = try await eventually { try await !completed().subtracting(before).isEmpty }
                #expect(isClean)
                clock.set(start)
            }
            try await clean(after: 390)
            #expect(try await ada.get("/api/llm/usage").json["evaluations"] == 1)
            #expect(try await chief.get("/api/llm/days").json.count == 1)
            try await clean(after: 410)
            #expect(try await ada.get("/api/llm/usage").json["evaluations"] == 0)
            #expect(try await chief.get("/api/llm/days").json.count == 0)
        }
    }
}
