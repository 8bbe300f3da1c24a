public import HearthKit

/// The game: experience, levels, coins, the streak and badges; a character, and items to wear.
///
/// ``Player`` is what a user has come to. `Awarding` and `Revoking` serve `progression/1`; ``Bookkeeping`` is the only thing that
/// changes balances, and keeps the ledger with them.
public struct RPGPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "rpg"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers the services, the events, the members of the user object, the routes and the jobs.
    public init(_ setup: Setup) throws {
        ProgressionService.add(to: setup)
        CharactersService.add(to: setup)
        StatisticsService.add(to: setup)
        PlayerEvents.declare(in: setup)
        PlayerFacet.add(to: setup)
        Recalculation.add(to: setup)
        StreakWarnings.add(to: setup)
        RankingService.add(to: setup)
        RankCounts.add(to: setup)
        StreakEnds.add(to: setup)
        setup.routes(tag: "Streak").addStreak()
        setup.routes(tag: "Characters").addLedger()
        setup.routes(tag: "Characters").addCharacters()
        setup.routes(tag: "Inventory").addInventory()
        setup.routes(tag: "Shop").addShop()
        setup.routes(tag: "Badges").addBadges()
        setup.routes(tag: "Badges", access: .admin).addBadgeGrants()
        setup.awardBadgesByEvents()
        setup.routes(tag: "Items", access: .admin).addItems()
        ChallengeExpiry.add(to: setup)
        setup.routes(tag: "Combat").addCombat(by: try CombatRules(setup.settings))
    }

    /// Begins to keep the rankings.
    public func start(_ context: Context) async throws { try RankCounts.start(context) }
}
