import HearthKit

/// An item and whether a user owns it.
struct Offer: Row {
    let item: Item
    let isOwned: Bool

    init(row: inout RowReader) throws {
        item = try Item(row: &row)
        isOwned = try row.next(UUID?.self) != nil
    }

    private static func selection(for user: UUID) -> SQL {
        """
        SELECT \(Item.columns), o.id FROM rpg_items i
        LEFT JOIN rpg_inventory o ON o.item_id = i.id AND o.user_id = \(user)
        """
    }

    /// What the shop offers at an instant.
    private static func onSale(at now: Timestamp) -> SQL {
        """
        i.removed_at IS NULL AND i.is_available AND coalesce(i.available_from, \(now)) <= \(now)
            AND coalesce(i.available_until, \(now)) >= \(now)
        """
    }

    private static func condition(_ query: ShopQuery, at now: Timestamp) -> SQL {
        var condition = onSale(at: now)
        if let category = query.category { condition = "\(condition) AND i.category = \(category)" }
        if let rarity = query.rarity.flatMap({ Rarity(rawValue: $0) }) { condition = "\(condition) AND i.rarity = \(rarity)" }
        if let price = query.maxPrice { condition = "\(condition) AND i.price <= \(price)" }
        if let level = query.minLevel { condition = "\(condition) AND i.required_level >= \(level)" }
        if let search = query.search {
            condition = "\(condition) AND hearth_fold(i.name) LIKE '%' || hearth_fold(\(escaped(search))) || '%'"
        }
        return condition
    }

    /// Text that stands for itself in a pattern.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { $0 += "\\%_".contains($1) ? "\\\($1)" : "\($1)" }
    }

    /// A page of what is on sale, the plainest first.
    static func page(_ query: ShopQuery, for user: UUID, at now: Timestamp) -> SQL {
        """
        \(selection(for: user)) WHERE \(condition(query, at: now))
        ORDER BY i.rarity, i.price, i.name, i.id LIMIT \(query.perPage) OFFSET \((query.page - 1) * query.perPage)
        """
    }

    /// How many are on sale.
    static func count(_ query: ShopQuery, at now: Timestamp) -> SQL {
        "SELECT count(*) FROM rpg_items i WHERE \(condition(query, at: now))"
    }

    /// What the shop shows first: what is limited or rare, the rarest first.
    static func featured(for user: UUID, at now: Timestamp) -> SQL {
        """
        \(selection(for: user)) WHERE \(onSale(at: now)) AND (i.is_limited OR i.rarity >= \(Rarity.rare))
        ORDER BY i.rarity DESC, i.price DESC, i.id LIMIT 8
        """
    }

    /// An item, on sale or not.
    static func one(_ id: UUID, for user: UUID) -> SQL {
        "\(selection(for: user)) WHERE i.id = \(id) AND i.removed_at IS NULL"
    }
}

/// What a user has bought altogether.
struct PurchaseSums: Row {
    let count: Int
    let spent: Int

    init(row: inout RowReader) throws {
        count = try row.next()
        spent = try row.next()
    }

    static func of(_ user: UUID) -> SQL {
        """
        SELECT count(*), CAST(coalesce(sum(price_paid), 0) AS bigint) FROM rpg_inventory
        WHERE user_id = \(user) AND price_paid > 0
        """
    }
}
