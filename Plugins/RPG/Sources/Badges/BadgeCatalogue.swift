import HearthKit
import Synchronization

/// All badges. They come with the plugin, so what was read once holds until the process ends.
struct BadgeCatalogue: Sendable {
    let badges: [Badge]

    private static let known = Mutex<BadgeCatalogue?>(nil)

    /// Reads it, once.
    static func load(_ context: Context) async throws -> BadgeCatalogue {
        if let known = known.withLock({ $0 }) { return known }
        let catalogue = BadgeCatalogue(badges: try await context.query(Badge.all))
        known.withLock { $0 = catalogue }
        return catalogue
    }

    /// Those that a player has earned and has not.
    ///
    /// - Parameter surroundings: What is around him; nil when nobody has asked.
    func badges(earnedBy player: Player, in surroundings: Surroundings?) -> [Badge] {
        badges.filter { !player.tally.badges.contains($0.code) && $0.condition.isMet(by: player, in: surroundings) }
    }
}
