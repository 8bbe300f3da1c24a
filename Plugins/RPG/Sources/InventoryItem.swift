import HearthKit

/// An item that somebody owns.
struct InventoryItem: Row {
    let id: UUID
    /// Where it is worn; nil while it is not.
    var equippedSlot: Item.Category?
    let pricePaid: Int
    let acquiredAt: Timestamp
    let item: Item

    init(row: inout RowReader) throws {
        id = try row.next()
        equippedSlot = try row.next()
        pricePaid = try row.next()
        acquiredAt = try row.next()
        item = try Item(row: &row)
    }

    private static let selection: SQL = """
        SELECT o.id, o.equipped_slot, o.price_paid, o.acquired_at, \(Item.columns)
        FROM rpg_inventory o JOIN rpg_items i ON i.id = o.item_id
        """

    /// What a user owns, the best first.
    static func all(of user: UUID) -> SQL {
        "\(selection) WHERE o.user_id = \(user) ORDER BY i.rarity DESC, i.name, o.id"
    }

    /// What a user wears.
    static func equipped(by user: UUID) -> SQL {
        "\(selection) WHERE o.user_id = \(user) AND o.equipped_slot IS NOT NULL ORDER BY o.id"
    }

    /// A page of what a user has bought, newest first.
    static func purchases(of user: UUID, limit: Int, offset: Int) -> SQL {
        """
        \(selection) WHERE o.user_id = \(user) AND o.price_paid > 0
        ORDER BY o.acquired_at DESC, o.id DESC LIMIT \(limit) OFFSET \(offset)
        """
    }

    /// Adds an item to what a user owns, unless he owns it.
    static func insertion(_ id: UUID, of item: UUID, to user: UUID, for price: Int, at now: Timestamp) -> SQL {
        """
        INSERT INTO rpg_inventory (id, user_id, item_id, price_paid, acquired_at)
        VALUES (\(id), \(user), \(item), \(price), \(now)) ON CONFLICT (user_id, item_id) DO NOTHING
        """
    }

    /// Wears this one, or takes it off.
    static func wearing(_ id: UUID, in slot: Item.Category?) -> SQL {
        "UPDATE rpg_inventory SET equipped_slot = \(slot) WHERE id = \(id)"
    }
}

extension [InventoryItem] {
    /// What those of them that are worn add.
    var bonus: Stats { filter { $0.equippedSlot != nil }.reduce(Stats()) { $0 + $1.item.bonus } }
}
