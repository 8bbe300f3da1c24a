import Testing

@testable import RPG

struct LevelsTests {
    @Test(arguments: [(1, 0), (2, 348), (3, 1070), (5, 4_093), (10, 25_678), (50, 2_098_922), (100, 14_417_614)])
    func `a level needs what the formula adds up to`(level: Int, xp: Int) {
        #expect(Levels.xp(for: level) == xp)
    }

    @Test func `every level begins with exactly its experience`() {
        for level in 2...Levels.last {
            #expect(Levels.reached(with: Levels.xp(for: level)) == level)
            #expect(Levels.reached(with: Levels.xp(for: level) - 1) == level - 1)
        }
    }

    @Test func `nobody is below the first level or above the last`() {
        #expect(Levels.reached(with: 0) == 1)
        #expect(Levels.reached(with: -1) == 1)
        #expect(Levels.reached(with: .max) == 200)
        #expect(Levels.xp(for: 201) == Levels.xp(for: 200) && Levels.xp(for: 0) == 0)
    }

    @Test func `milestones bring what the document lists, other levels two points`() {
        #expect(LevelReward.of(1).statPoints == 0)
        #expect(LevelReward.of(2) == LevelReward.of(4) && LevelReward.of(2).statPoints == 2 && LevelReward.of(2).coins == 0)
        #expect(LevelReward.of(5).coins == 100 && LevelReward.of(5).statPoints == 5)
        #expect(LevelReward.of(50).coins == 2000 && LevelReward.of(50).statPoints == 15)
        #expect(LevelReward.of(100).coins == 5000 && LevelReward.of(100).title == "Immortel")
        #expect(LevelReward.titles(upTo: 12) == ["Apprenti Aventurier", "Aventurier"])
    }
}
