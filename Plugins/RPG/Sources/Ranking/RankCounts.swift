import HearthKit

/// How many players each bucket holds, kept exact without anybody waiting for anybody.
///
/// A count that many transactions change would be a queue. So a transaction that moves a player from one bucket to another only
/// notes the move, in a row of its own (``Standing/moves(to:)``), and readers add the moves to the counts. Every few seconds each
/// host folds the moves into the counts. Whoever reads sees either a move or what became of it, never both, because a fold is one
/// transaction and a rank one statement. A host that dies loses nothing: moves are rows like any other.
enum RankCounts {
    /// How many buckets one row counts.
    static let sizes: SQL = "(SELECT 0 AS height, 1 AS width UNION ALL SELECT 1, 32 UNION ALL SELECT 2, 1024) AS sizes"
    /// How many moves are folded together: far fewer than fit into the time of a transaction.
    private static let chunk = 5000
    /// How often they are folded.
    private static let interval = Duration.seconds(5)
    private static let recount = JobKind<Int>("recount_ranks", timeout: .seconds(3600))

    /// Registers the nightly recount.
    static func add(to setup: Setup) {
        setup.job(recount) { job, _ in try await recount(on: job.context) }
        setup.schedule("recount_ranks", .cron("45 3 * * *"), recount, 0)
    }

    /// Begins to fold moves into the counts.
    static func start(_ context: Context) throws {
        try context.every(interval, "fold ranks") { try await fold(on: $0) }
    }

    private static func fold(on context: Context) async throws {
        var backlog: Backlog?
        repeat {
            backlog = try await context.first(Backlog.next(limit: chunk))
            guard let last = backlog?.last, backlog?.count != 0 else { return }
            do {
                // Both statements see the same moves: one that commits in between is left for the next time.
                try await context.transaction(isolation: .repeatableRead, attempts: 1) { transaction in
                    _ = try await transaction.execute([folding(to: last), removal(to: last)])
                }
            } catch let error as HostError where error.kind == .serialization {
                return  // Another host is at it.
            }
        } while backlog?.count == chunk
    }

    private static func folding(to last: Int) -> SQL {
        """
        INSERT INTO rpg_rank_counts (metric, height, bucket, players)
        SELECT moved.metric, sizes.height, moved.bucket / sizes.width, sum(moved.players) FROM (
            SELECT metric, to_bucket AS bucket, 1 AS players FROM rpg_rank_moves WHERE id <= \(last) AND to_bucket > 0
            UNION ALL SELECT metric, from_bucket, -1 FROM rpg_rank_moves WHERE id <= \(last) AND from_bucket > 0
        ) AS moved CROSS JOIN \(sizes)
        WHERE TRUE
        GROUP BY moved.metric, sizes.height, moved.bucket / sizes.width HAVING sum(moved.players) <> 0
        ORDER BY moved.metric, sizes.height, moved.bucket / sizes.width
        \(addition)
        """
    }

    private static func removal(to last: Int) -> SQL { "DELETE FROM rpg_rank_moves WHERE id <= \(last)" }

    /// Adds to the counts that are there already.
    private static let addition: SQL = """
        ON CONFLICT (metric, height, bucket) DO UPDATE SET players = rpg_rank_counts.players + excluded.players
        """

    /// Compares the counts with the players and puts right what differs. Nothing ever should, but for accounts that were erased:
    /// whatever is found is in the log.
    private static func recount(on context: Context) async throws {
        let limit = 20_000
        for metric in Metric.allCases {
            guard let board = Board.by(metric, at: context.now) else { continue }
            var differences: [Difference] = []
            repeat {
                differences = try await context.query(board.differences(limit: limit))
                if let first = differences.first {
                    context.log.warning(
                        "Counts of ranks differed from the players",
                        ["metric": metric.rawValue, "differences": "\(differences.count)", "first": "\(first)"])
                }
                // What is missing is added, and not set, so that a fold in between does no harm.
                for start in stride(from: 0, to: differences.count, by: 1000) {
                    let part = differences[start..<min(start + 1000, differences.count)]
                    try await context.execute(Difference.correction(part, of: metric))
                }
            } while differences.count == limit
        }
    }

    /// The oldest moves.
    private struct Backlog: Row {
        let count: Int
        let last: Int

        init(row: inout RowReader) throws {
            count = try row.next()
            last = try row.next()
        }

        static func next(limit: Int) -> SQL {
            """
            SELECT count(*), coalesce(max(id), 0)
            FROM (SELECT id FROM rpg_rank_moves ORDER BY id LIMIT \(limit)) AS oldest
            """
        }
    }

    /// A row of the counts that is wrong.
    private struct Difference: Row {
        let height: Int
        let bucket: Int
        /// How many are missing.
        let players: Int

        init(row: inout RowReader) throws {
            height = try row.next()
            bucket = try row.next()
            players = try row.next()
        }

        static func correction(_ differences: ArraySlice<Difference>, of metric: Metric) -> SQL {
            let rows = SQL(
                differences.map { difference -> SQL in
                    "(\(metric), \(difference.height), \(difference.bucket), \(difference.players))"
                })
            return "INSERT INTO rpg_rank_counts (metric, height, bucket, players) VALUES \(rows) \(addition)"
        }
    }
}
