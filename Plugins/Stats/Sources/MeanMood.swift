import HearthKit

/// How a user felt, over the completions of which he has said it.
struct MeanMood: Row, Hashable {
    /// How many those are.
    var count = 0
    /// What their moods, 1 to 5 each, add up to.
    var sum = 0

    init(count: Int = 0, sum: Int = 0) {
        self.count = count
        self.sum = sum
    }

    init(row: inout RowReader) throws {
        count = try row.next()
        sum = try row.next()
    }

    /// 1 to 5 with two decimals; nil when he has never said it.
    var value: Double? { count > 0 ? (Double(sum) * 100 / Double(count)).rounded() / 100 : nil }
}
