import HearthKit
import Testing

@testable import Tasks

/// Answers as clients read them.
struct WireTests {
    @Test func `a task has every member of the contract and the aliases that clients read, nulls among them`() throws {
        let task = try makeTask(
            #"{"title": "A", "tags": ["home"], "subtasks": [{"title": "S", "is_completed": true}, {"title": "T"}]}"#,
            due: Due(date: day("2026-11-19"), time: nil))
        let step = "\(someone)"
        let written = try json(TaskResponse(task: task, moment: moment("2026-11-20")))
        #expect(
            written == [
                "id": .string("\(someone)"), "user_id": .string("\(someone)"), "title": "A", "description": .null,
                "priority": "medium", "status": "pending", "due_date": "2026-11-19T00:00:00", "tags": ["home"],
                "difficulty": .null, "xp_reward": 35, "coins_reward": 17, "ai_reasoning": .null, "estimated_time_minutes": .null,
                "subtasks": [
                    [
                        "id": .string(step), "title": "S", "is_completed": true,
                        "completed_at": "2026-11-20T12:00:00.000000Z",
                    ], ["id": .string(step), "title": "T", "is_completed": false, "completed_at": .null],
                ], "subtasks_total": 2, "subtasks_completed": 1, "completed_at": .null,
                "created_at": "2026-11-20T12:00:00.000000Z", "updated_at": "2026-11-20T12:00:00.000000Z", "category": "general",
                "due_time": .null, "is_overdue": true, "completed": false, "coin_reward": 17, "use_ai_evaluation": true,
                "is_evaluating": false, "xp_earned": 0, "coins_earned": 0, "recurrence": .null, "recurrence_day": .null,
                "next_task_id": .null,
            ])
    }

    @Test func `until the evaluation is there its members are null`() throws {
        var task = try makeTask()
        task.awaitEvaluation(since: task.createdAt)
        let written = try json(TaskWithEvaluation(task, at: moment("2026-11-20")))
        for name in ["difficulty", "xp_reward", "coins_reward", "coin_reward", "ai_reasoning", "evaluation"] {
            #expect(written[name] == .null, "\(name)")
        }
        #expect(written["is_evaluating"] == true)
    }

    @Test func `an evaluation is shown as it was answered, beside what the user has made of it`() throws {
        var task = try makeTask(#"{"title": "A", "xp_reward": 60}"#)
        task.evaluation = try read(
            #"""
            {"difficulty": "medium", "xp_reward": 50, "coins_reward": 25, "reasoning": "A day's work.", "notice": "no_provider",
             "suggested_subtasks": ["Begin"], "estimated_time_minutes": 60, "source": "local", "model": null}
            """#)
        let written = try json(TaskWithEvaluation(task, at: moment("2026-11-20")))
        #expect(written["xp_reward"] == 60 && written["coins_reward"] == 30 && written["difficulty"] == "medium")
        #expect(written["ai_reasoning"] == "A day's work." && written["estimated_time_minutes"] == 60)
        #expect(
            written["evaluation"] == [
                "difficulty": "medium", "xp_reward": 50, "coins_reward": 25, "reasoning": "A day's work.",
                "suggested_subtasks": ["Begin"], "estimated_time_minutes": 60, "source": "local", "notice": "no_provider",
            ])
    }

    @Test func `what is left out of a change stays, and null clears what may be empty`() throws {
        var task = try makeTask(
            #"{"title": "A", "description": "B", "tags": ["x"], "xp_reward": 9, "recurrence": "daily"}"#)
        let before = task
        try read("{}", as: TaskUpdate.self).apply(to: &task, due: nil, at: moment("2026-11-20"))
        #expect(task == before)
        let change =
            #"{"title": null, "description": null, "tags": null, "xp_reward": null, "recurrence": null, "due_date": null}"#
        try read(change, as: TaskUpdate.self).apply(to: &task, due: nil, at: moment("2026-11-20"))
        #expect(task.title == "A" && task.description == nil && task.tags.isEmpty && task.wishedXP == nil)
        #expect(task.recurrence == nil && task.due == nil)
    }

    @Test func `a step that is ticked twice keeps its time`() throws {
        var step = Subtask(try read(#"{"title": "S"}"#), id: someone, at: try instant("2026-11-20T12:00:00Z"))
        step.tick(true, at: try instant("2026-11-20T13:00:00Z"))
        step.tick(true, at: try instant("2026-11-20T14:00:00Z"))
        #expect(step.completedAt == (try instant("2026-11-20T13:00:00Z")))
        step.tick(false, at: try instant("2026-11-20T15:00:00Z"))
        #expect(step.completedAt == nil)
    }
}
