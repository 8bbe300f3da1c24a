import HearthKit

/// A ranking of everybody, by a metric in whose buckets players are counted: where its values are.
struct Board {
    let metric: Metric
    /// The table that has a row for each user, and its columns.
    private let table: SQL
    private let value: SQL
    private let bucket: SQL
    /// Who is counted, and who of them takes part.
    private let isCounted: SQL
    private let takesPart: SQL
    private let order: SQL
    /// What counts of buckets do not say of somebody `p`, to be added to the number of those above him and of those who take
    /// part.
    private let moreAbove: SQL
    private let moreInAll: SQL

    /// The ranking by a metric at an instant; nil for a metric in which players are not counted.
    static func by(_ metric: Metric, at now: Timestamp) -> Board? {
        switch metric {
        case .xp:
            Board(
                metric: metric, table: "rpg_players", value: "total_xp", bucket: "xp_bucket", isCounted: "xp_bucket > 0",
                takesPart: "xp_bucket > 0", order: "xp_bucket DESC, total_xp DESC, user_id",
                moreAbove: "+ (SELECT count(*) FROM rpg_players WHERE xp_bucket = p.bucket AND total_xp > p.value)",
                moreInAll: "")
        case .level:
            Board(
                metric: metric, table: "rpg_players", value: "level", bucket: "level", isCounted: "total_xp > 0",
                takesPart: "total_xp > 0", order: "level DESC, user_id", moreAbove: "", moreInAll: "")
        case .streak:
            // Streaks that are over take no part even before ``StreakEnds`` comes to them.
            Board(
                metric: metric, table: "rpg_players", value: "ranked_streak", bucket: "ranked_streak",
                isCounted: "ranked_streak > 0", takesPart: "ranked_streak > 0 AND streak_ends_at > \(now)",
                order: "ranked_streak DESC, user_id",
                moreAbove: """
                    - (SELECT count(*) FROM rpg_players
                        WHERE ranked_streak > 0 AND ranked_streak > p.bucket AND streak_ends_at <= \(now))
                    """,
                moreInAll: "- (SELECT count(*) FROM rpg_players WHERE ranked_streak > 0 AND streak_ends_at <= \(now))")
        case .pvp:
            Board(
                metric: metric, table: "rpg_combat_records", value: "wins", bucket: "wins", isCounted: "wins > 0",
                takesPart: "wins > 0", order: "wins DESC, user_id", moreAbove: "", moreInAll: "")
        case .xpWeekly, .xpMonthly, .winRate: nil
        }
    }

    /// A page of those who take part, in order.
    func page(limit: Int, offset: Int) -> SQL {
        "SELECT user_id, \(value) FROM \(table) WHERE \(takesPart) ORDER BY \(order) LIMIT \(limit) OFFSET \(offset)"
    }

    /// The values of those of some users who take part.
    func values(of users: [UUID]) -> SQL {
        "SELECT user_id, \(value) FROM \(table) WHERE user_id IN \(in: users) AND \(takesPart)"
    }

    /// Where a user ranks: a ``Place``.
    func place(of user: UUID) -> SQL {
        place(
            of: """
                SELECT coalesce(max(\(value)), 0) AS value, coalesce(max(\(bucket)), 0) AS bucket
                FROM \(table) WHERE user_id = \(user) AND \(takesPart)
                """)
    }

    /// Where somebody with a value would rank: a ``Place``.
    func place(of value: Int) -> SQL {
        let bucket = metric == .xp ? RankBucket.of(value) : value
        return place(of: "SELECT CAST(\(value) AS bigint) AS value, CAST(\(bucket) AS integer) AS bucket")
    }

    /// A bucket whose count, with what has moved since, is not that of its players; no row when all are right.
    var difference: SQL {
        "SELECT bucket FROM (\(players)) AS nodes GROUP BY height, bucket HAVING sum(players) <> 0 LIMIT 1"
    }

    /// Adds what is missing to the counts: all but what becomes of a count that is there already.
    var correction: SQL {
        """
        INSERT INTO rpg_rank_counts (metric, height, bucket, players)
        SELECT CAST(\(metric) AS text), height, bucket, sum(players) FROM (\(players)) AS nodes
        WHERE TRUE GROUP BY height, bucket HAVING sum(players) <> 0 ORDER BY height, bucket
        """
    }

    /// How many players there are by height and bucket, less what the counts and the moves say.
    private var players: SQL {
        """
        SELECT sizes.height, counted.bucket / sizes.width AS bucket, counted.players FROM (
            SELECT \(bucket) AS bucket, count(*) AS players FROM \(table) WHERE \(isCounted) GROUP BY \(bucket)
            UNION ALL SELECT to_bucket, -1 FROM rpg_rank_moves WHERE metric = \(metric) AND to_bucket > 0
            UNION ALL SELECT from_bucket, 1 FROM rpg_rank_moves WHERE metric = \(metric) AND from_bucket > 0
        ) AS counted CROSS JOIN \(RankCounts.sizes)
        UNION ALL SELECT height, bucket, -players FROM rpg_rank_counts WHERE metric = \(metric)
        """
    }

    /// Counts of three heights add up to everybody above a bucket: 1024 buckets at a time, then 32, then one by one up to the
    /// next 32; what has moved since is added. These are some sixty rows, wherever the bucket is.
    private func place(of standing: SQL) -> SQL {
        """
        SELECT p.value,
            CAST((SELECT coalesce(sum(players), 0) FROM rpg_rank_counts
                    WHERE metric = \(metric) AND height = 2 AND bucket > p.bucket / 1024)
                + (SELECT coalesce(sum(players), 0) FROM rpg_rank_counts
                    WHERE metric = \(metric) AND height = 1 AND bucket > p.bucket / 32 AND bucket < (p.bucket / 1024 + 1) * 32)
                + (SELECT coalesce(sum(players), 0) FROM rpg_rank_counts
                    WHERE metric = \(metric) AND height = 0 AND bucket > p.bucket AND bucket < (p.bucket / 32 + 1) * 32)
                + sum(CASE WHEN moves.to_bucket > p.bucket THEN 1 ELSE 0 END
                    - CASE WHEN moves.from_bucket > p.bucket THEN 1 ELSE 0 END)
                \(moreAbove) AS bigint),
            CAST((SELECT coalesce(sum(players), 0) FROM rpg_rank_counts WHERE metric = \(metric) AND height = 2)
                + sum(CASE WHEN moves.to_bucket > 0 THEN 1 ELSE 0 END - CASE WHEN moves.from_bucket > 0 THEN 1 ELSE 0 END)
                \(moreInAll) AS bigint)
        FROM (\(standing)) AS p LEFT JOIN rpg_rank_moves AS moves ON moves.metric = \(metric)
        GROUP BY p.value, p.bucket
        """
    }
}

/// Where somebody ranks on a ``Board``.
struct Place: Row {
    let value: Int
    /// How many have a higher value.
    let above: Int
    /// How many take part.
    let total: Int

    init(row: inout RowReader) throws {
        value = try row.next()
        above = try row.next()
        total = try row.next()
    }
}
