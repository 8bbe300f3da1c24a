import HearthKit
import Testing

@testable import Tasks

/// What tasks are worth.
struct RewardTests {
    @Test(arguments: [("trivial", 5), ("easy", 15), ("medium", 35), ("hard", 70), ("epic", 150), ("legendary", 300)])
    func `where nobody evaluates the difficulty decides`(difficulty: String, xp: Int) throws {
        let task = try makeTask(#"{"title": "A", "priority": "urgent", "difficulty": "\#(difficulty)"}"#)
        #expect(task.reward == xp && !task.usesEvaluation)
    }

    @Test(arguments: [("low", 15), ("medium", 35), ("high", 70), ("urgent", 100)])
    func `without a difficulty the priority decides`(priority: String, xp: Int) throws {
        #expect(try makeTask(#"{"title": "A", "priority": "\#(priority)"}"#).reward == xp)
    }

    @Test func `an evaluation stands above what the user says, and never leaves its scale`() throws {
        var task = try makeTask(#"{"title": "A", "difficulty": "legendary"}"#)
        for (difficulty, xp, reward) in [
            (Difficulty.trivial, 8, 8), (.trivial, 1000, 15), (.legendary, 1000, 500), (.epic, -1, 150), (.hard, 75, 75),
        ] {
            task.evaluation = evaluation(difficulty, xp: xp)
            #expect(task.reward == reward && task.shownDifficulty == difficulty)
        }
    }

    @Test func `a wish counts up to a quarter more or less than evaluated, on the scale`() throws {
        var task = try makeTask(#"{"title": "A", "xp_reward": 1000}"#)
        // Nobody has evaluated: the wish is no reward.
        #expect(task.reward == 35)
        task.evaluation = evaluation(.medium, xp: 50)
        for (wish, reward) in [(1000, 62), (62, 62), (55, 55), (38, 38), (37, 38), (1, 38)] {
            task.wishedXP = wish
            #expect(task.reward == reward, "\(wish)")
        }
        task.evaluation = evaluation(.medium, xp: 70)
        task.wishedXP = 1000
        #expect(task.reward == 75)
        task.evaluation = evaluation(.medium, xp: 36)
        task.wishedXP = 1
        #expect(task.reward == 35)
        task.evaluation = evaluation(.trivial, xp: 5)
        task.wishedXP = 6
        #expect(task.reward == 6)
    }

    @Test func `no difficulty, evaluation and wish together leave the scale or the quarter`() throws {
        var task = try makeTask()
        for difficulty in Difficulty.allCases {
            for xp in difficulty.scale {
                task.evaluation = evaluation(difficulty, xp: xp)
                for wish in [1, xp - 1, xp + 1, 1000] {
                    task.wishedXP = wish
                    let isWithin = difficulty.scale.contains(task.reward) && abs(task.reward - xp) * 4 <= xp
                    #expect(isWithin, "\(difficulty) \(xp) \(wish): \(task.reward)")
                }
            }
        }
    }

    @Test func `coins wished for are half of the experience`() throws {
        #expect(try makeTask(#"{"title": "A", "coins_reward": 30}"#).wishedXP == 60)
        #expect(try makeTask(#"{"title": "A", "coins_reward": 30, "xp_reward": 50}"#).wishedXP == 50)
    }

    @Test func `the day before it is due it is worth a fifth more, on that day no more`() throws {
        let task = try makeTask(due: Due(date: day("2026-11-20"), time: nil))
        #expect(try task.reward(on: day("2026-11-19")) == 42)
        #expect(try task.reward(on: day("2026-11-20")) == 35)
        #expect(try task.reward(on: day("2026-11-21")) == 35)
        #expect(try makeTask().reward(on: day("2020-01-01")) == 35)
    }

    @Test func `nothing is shown until the first evaluation is there, and the old one while a second is awaited`() throws {
        var task = try makeTask()
        task.awaitEvaluation(since: task.createdAt)
        #expect(task.shownReward == nil && task.shownDifficulty == nil)
        task.evaluation = evaluation(.hard, xp: 80)
        #expect(task.shownReward == 80)
    }
}
