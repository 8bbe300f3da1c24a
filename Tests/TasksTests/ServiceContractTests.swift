import HearthKit
import TestContracts
import Testing

@testable import Tasks

/// The published contracts of the services that tasks call, and what they say and read of them.
struct ServiceContractTests {
    private let evaluated = """
        {"difficulty": "hard", "xp_reward": 90, "coins_reward": 40, "reasoning": "Long.", "suggested_subtasks": ["Begin"],
         "estimated_time_minutes": 60, "source": "model", "notice": null, "model": "m"}
        """

    private func task() throws -> UserTask {
        var task = try makeTask(
            #"{"title": "A", "description": "B", "subtasks": [{"title": "S"}]}"#, due: Due(date: day("2026-11-21"), time: nil))
        task.evaluation = try read(evaluated)
        return task
    }

    @Test func `a task is paid as progression is to be asked`() throws {
        let contract = try ServiceContract("progression/1")
        let activity = TaskActivity(
            userID: someone, taskID: someone, baseXP: 42, localDate: try day("2026-11-20"),
            occurredAt: try instant("2026-11-20T12:00:00Z"))
        #expect(try contract.problems(with: .object(json(activity)), sentTo: "award") == [])
        let answer = """
            {"xp": 42, "coins": 21, "multiplier": 1.0, "streak": {"current": 0, "best": 0}, "level": {"before": 1, "after": 1},
             "badges": []}
            """
        #expect(try contract.problems(with: JSONValue(parsing: answer), answeredBy: "award") == [])
        #expect(try read(answer, as: TaskPayment.self) == TaskPayment(xp: 42, coins: 21))
    }

    @Test func `an evaluator is asked as it is to be, and its answer is read whole`() throws {
        let contract = try ServiceContract("evaluator/1")
        for (history, progress) in [
            ([], UserProgress()), ([try task()], UserProgress(level: 7, totalXP: 9000, currentStreak: 3, bestStreak: 9)),
        ] as [([UserTask], UserProgress)] {
            let question = EvaluationQuestion(
                task: try task(), daysUntilDue: 1, user: progress, history: history, isFresh: true, waitsForProvider: true)
            #expect(try contract.problems(with: .object(json(question)), sentTo: "evaluate") == [])
        }
        #expect(try contract.problems(with: JSONValue(parsing: evaluated), answeredBy: "evaluate") == [])
        let evaluation: Evaluation = try read(evaluated)
        #expect(evaluation.difficulty == .hard && evaluation.xpReward == 90 && evaluation.coinsReward == 40)
        #expect(evaluation.reasoning == "Long." && evaluation.suggestedSubtasks == ["Begin"])
        #expect(evaluation.estimatedTimeMinutes == 60 && evaluation.source == .model && evaluation.notice == nil)
    }

    @Test func `how far users have come is asked for as it is to be`() throws {
        let contract = try ServiceContract("characters/1")
        #expect(
            try contract.problems(with: .object(json(Characters.Question(users: [someone]))), sentTo: "summaries") == [])
    }

    @Test func `users are told what notifications take`() throws {
        let contract = try ServiceContract("notifications/1")
        let task = try task()
        for notification in [TaskNotification(evaluated: task, as: try #require(task.evaluation)), TaskNotification(due: task)] {
            #expect(try contract.problems(with: .object(json(notification)), sentTo: "send") == [])
        }
    }
}
