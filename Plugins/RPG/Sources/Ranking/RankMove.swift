import HearthKit

/// A user goes from one bucket of a metric to another; 0 is where nobody is counted.
struct RankMove: Hashable {
    let metric: Metric
    let from: Int
    let to: Int

    init(_ metric: Metric, from: Int, to: Int) {
        self.metric = metric
        self.from = from
        self.to = to
    }

    /// The statement that notes moves, in the transaction that makes them; none for none.
    static func insertion(_ moves: [RankMove]) -> [SQL] {
        guard !moves.isEmpty else { return [] }
        let rows = SQL(moves.map { move -> SQL in "(\(move.metric), \(move.from), \(move.to))" })
        return ["INSERT INTO rpg_rank_moves (metric, from_bucket, to_bucket) VALUES \(rows)"]
    }
}
