import HearthKit

/// How rare an item or a badge is, in ascending order.
enum Rarity: String, JSONEnum, Column {
    case common, uncommon, rare, epic, legendary

    /// The place in that order. Stored as this, so that lists are sorted by it.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    static var columnType: hearth_type { Int.columnType }

    init(column: hearth_value) throws(ColumnMismatch) {
        let rank = try Int(column: column)
        self = Self.allCases.indices.contains(rank) ? Self.allCases[rank] : .common
    }

    var parameter: Parameter { rank.parameter }
}
