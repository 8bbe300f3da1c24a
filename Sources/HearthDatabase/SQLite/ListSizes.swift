/// Lists become parameters of their own, as many as the next power of two, so that a few prepared statements serve all sizes.
enum ListSizes {
    /// The number of places for a list.
    static func padded(_ value: DatabaseValue) -> Int {
        guard case .list(let elements) = value, !elements.isEmpty else { return 0 }
        var size = 1
        while size < elements.count { size *= 2 }
        return size
    }

    /// Sizes as a key: a byte each.
    static func packed(_ sizes: [Int]) -> UInt64 {
        sizes.reduce(0) { $0 << 8 | UInt64($1 == 0 ? 0 : $1.trailingZeroBitCount + 1) }
    }

    /// The text for lists of certain sizes. The places of a list follow the statement's own parameters.
    static func text(of statement: CheckedStatement, sizes: [Int]) -> String {
        var first: [Int: (number: Int, size: Int)] = [:]
        var next = statement.parameterCount + 1
        for (list, size) in zip(statement.lists, sizes) {
            first[list] = (next, size)
            next += size
        }
        return statement.pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let part): text += part
            case .list(let number, let isNegated):
                let places = first[number].map { place in (0..<place.size).map { "?\(place.number + $0)" } } ?? []
                text += (isNegated ? "NOT IN (" : "IN (") + places.joined(separator: ",") + ")"
            }
        }
    }
}
