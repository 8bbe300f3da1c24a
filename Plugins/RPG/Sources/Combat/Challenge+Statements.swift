import HearthKit

/// The statements on the table of challenges.
extension Challenge {
    private static let columns: SQL = """
        id, bet, message, status, challenger, defender, seed, turns, winner_id, challenger_xp, defender_xp, winner_coins, \
        created_at, expires_at, ended_at
        """

    /// One of them.
    static func one(_ id: UUID) -> SQL { "SELECT \(columns) FROM rpg_combats WHERE id = \(id)" }

    /// The latest one that somebody has made to somebody, and that is pending or was fought.
    static func latest(from challenger: UUID, to defender: UUID) -> SQL {
        """
        SELECT \(columns) FROM rpg_combats
        WHERE challenger_id = \(challenger) AND defender_id = \(defender) AND status IN \(in: [Status.pending, .completed])
        ORDER BY created_at DESC, id DESC LIMIT 1
        """
    }

    /// How many a user has made since an instant.
    static func count(from challenger: UUID, since start: Timestamp) -> SQL {
        "SELECT count(*) FROM rpg_combats WHERE challenger_id = \(challenger) AND created_at >= \(start)"
    }

    /// Those that a user is asked about, oldest first.
    static func pending(for defender: UUID, at now: Timestamp) -> SQL {
        """
        SELECT \(columns) FROM rpg_combats
        WHERE defender_id = \(defender) AND created_at > \(now + (.zero - lifetime)) AND status = \(Status.pending)
        ORDER BY created_at, id
        """
    }

    /// A page of those of a user, whichever side he was on, newest first.
    static func page(of user: UUID, limit: Int, offset: Int) -> SQL {
        let order: SQL = "ORDER BY created_at DESC, id DESC"
        return """
            SELECT \(columns) FROM (
                SELECT \(columns) FROM (
                    SELECT \(columns) FROM rpg_combats WHERE challenger_id = \(user) \(order) LIMIT \(limit + offset)) made
                UNION ALL
                SELECT \(columns) FROM (
                    SELECT \(columns) FROM rpg_combats WHERE defender_id = \(user) \(order) LIMIT \(limit + offset)) received
            ) of_both \(order) LIMIT \(limit) OFFSET \(offset)
            """
    }

    /// Stores a new one, fought or not.
    func insertion() throws -> SQL {
        """
        INSERT INTO rpg_combats (\(Self.columns), challenger_id, defender_id)
        VALUES (\(id), \(bet), \(message), \(status), \(try challenger.json()), \(try defender.json()), \(storedSeed),
            \(fight?.turns), \(fight?.winnerID), \(fight?.challengerXP), \(fight?.defenderXP), \(fight?.winnerCoins),
            \(createdAt), \(expiresAt), \(endedAt), \(challenger.userID), \(defender.userID))
        """
    }

    /// Stores what became of it.
    func update() throws -> SQL {
        """
        UPDATE rpg_combats SET status = \(status), challenger = \(try challenger.json()), defender = \(try defender.json()),
            seed = \(storedSeed), turns = \(fight?.turns), winner_id = \(fight?.winnerID),
            challenger_xp = \(fight?.challengerXP), defender_xp = \(fight?.defenderXP), winner_coins = \(fight?.winnerCoins),
            ended_at = \(endedAt)
        WHERE id = \(id)
        """
    }

    /// The database has signed numbers only.
    private var storedSeed: Int? { fight.map { Int(Int64(bitPattern: $0.seed)) } }
}
