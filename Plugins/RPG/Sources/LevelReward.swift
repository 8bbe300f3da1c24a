/// What reaching a level brings, once for ever.
struct LevelReward: Hashable {
    /// Points to be given to the character's stats.
    let statPoints: Int
    let coins: Int
    /// A title that the character may bear from then on.
    let title: String?

    private init(_ statPoints: Int, _ coins: Int, _ title: String?) {
        self.statPoints = statPoints
        self.coins = coins
        self.title = title
    }

    /// What a level brings. Level 1 is where everybody begins.
    static func of(_ level: Int) -> LevelReward { milestones[level] ?? LevelReward(level > 1 ? 2 : 0, 0, nil) }

    /// The titles of somebody on a level, the highest last.
    static func titles(upTo level: Int) -> [String] {
        milestones.filter { $0.key <= level }.sorted { $0.key < $1.key }.compactMap(\.value.title)
    }

    private static let milestones: [Int: LevelReward] = [
        5: .init(5, 100, "Apprenti Aventurier"),
        10: .init(5, 250, "Aventurier"),
        15: .init(5, 400, "Aventurier Confirmé"),
        20: .init(5, 600, "Héros Local"),
        25: .init(10, 1000, "Champion"),
        30: .init(5, 800, "Vétéran"),
        40: .init(5, 1200, "Élite"),
        50: .init(15, 2000, "Légende Vivante"),
        75: .init(10, 3000, "Mythique"),
        100: .init(20, 5000, "Immortel"),
    ]
}
