import HearthKit

/// What there is in the game, by which the host completes `GET /api/admin/stats`: `docs/services/README.md`.
enum StatisticsService {
    private static let read = ServiceMethod<Nothing, GameStatistics>("rpg_statistics/1", "read")

    /// Provides it.
    static func add(to setup: Setup) {
        setup.provide("rpg_statistics/1") {
            ProvidedMethod(read, "Counts characters and items.") { context, _ in
                let (characters, kinds) = try await context.query(
                    ("SELECT count(*) FROM rpg_characters" as SQL).rows(Int.self), ItemCount.all.rows(ItemCount.self))
                return GameStatistics(characters: characters.first ?? 0, items: ItemStatistics(kinds))
            }
        }
    }
}

/// What there is in the game.
struct GameStatistics: Output {
    let characters: Int
    let items: ItemStatistics

    static let schema = Schema<GameStatistics>("GameStatistics") {
        Field("characters") { $0.characters }
        Field("items", .docs("Those that can be had, and those that cannot at the moment.")) { $0.items }
    }
}

/// How many items there are.
struct ItemStatistics: Output {
    let total: Int
    let byCategory: [String: Int]
    let byRarity: [String: Int]

    static let schema = Schema<ItemStatistics>("ItemStatistics") {
        Field("total") { $0.total }
        Field("by_category") { $0.byCategory }
        Field("by_rarity") { $0.byRarity }
    }

    /// Every category and every rarity is named, also those of which there is nothing.
    fileprivate init(_ kinds: [ItemCount]) {
        total = kinds.reduce(0) { $0 + $1.count }
        byCategory = kinds.reduce(into: Dictionary(uniqueKeysWithValues: Item.Category.allCases.map { ($0.rawValue, 0) })) {
            $0[$1.category.rawValue, default: 0] += $1.count
        }
        byRarity = kinds.reduce(into: Dictionary(uniqueKeysWithValues: Rarity.allCases.map { ($0.rawValue, 0) })) {
            $0[$1.rarity.rawValue, default: 0] += $1.count
        }
    }
}

/// How many items there are of a category and a rarity.
private struct ItemCount: Row {
    let category: Item.Category
    let rarity: Rarity
    let count: Int

    static let all: SQL = "SELECT category, rarity, count(*) FROM rpg_items GROUP BY category, rarity"

    init(row: inout RowReader) throws {
        (category, rarity) = (try row.next(), try row.next())
        count = try row.next()
    }
}
