public import HearthKit

/// The game: experience, levels, coins and the streak; a character, and items to wear.
///
/// ``Player`` is what a user has come to. `Awarding` and `Revoking` serve `progression/1`; ``Bookkeeping`` is the only thing that
/// changes balances, and keeps the ledger with them.
public struct RPGPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "rpg"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers the service, the members of the user object, the routes and the job.
    public init(_ setup: Setup) throws {
        ProgressionService.add(to: setup)
        PlayerFacet.add(to: setup)
        Recalculation.add(to: setup)
        setup.routes(tag: "Streak").addStreak()
        setup.routes(tag: "Characters").addLedger()
        setup.routes(tag: "Characters").addCharacters()
        setup.routes(tag: "Inventory").addInventory()
        setup.routes(tag: "Shop").addShop()
        setup.routes(tag: "Items", access: .admin).addItems()
    }
}
