import HearthKit

/// The statements on the table of relations.
extension Relation {
    private static let columns: SQL = "low_id, high_id, id, status, requester_id, since, low_blocks, high_blocks"

    /// This pair's relation, or this one if they have none. Nobody else changes it until the transaction ends.
    var locked: SQL {
        """
        INSERT INTO social_relations (low_id, high_id, id, status, since, low_blocks, high_blocks)
        VALUES (\(pair.low), \(pair.high), \(id), 'none', \(since), FALSE, FALSE)
        ON CONFLICT (low_id, high_id) DO UPDATE SET status = social_relations.status RETURNING \(Self.columns)
        """
    }

    /// Stores this relation, which is locked; nothing is left of one in which there is nothing to remember.
    var saving: SQL {
        if isEmpty { return "DELETE FROM social_relations WHERE low_id = \(pair.low) AND high_id = \(pair.high)" }
        return """
            UPDATE social_relations SET id = \(id), status = \(status), requester_id = \(requesterID), since = \(since),
                low_blocks = \(blocks.low), high_blocks = \(blocks.high)
            WHERE low_id = \(pair.low) AND high_id = \(pair.high)
            """
    }

    /// The relation of a user that a request or friendship belongs to.
    static func one(_ id: UUID, of user: UUID) -> SQL {
        "SELECT \(columns) FROM social_relations WHERE id = \(id) AND (low_id = \(user) OR high_id = \(user))"
    }

    /// The relation of a pair.
    static func one(of pair: Pair) -> SQL {
        "SELECT \(columns) FROM social_relations WHERE low_id = \(pair.low) AND high_id = \(pair.high)"
    }

    /// A user's friendships, the oldest first: a new one moves none to another page.
    static func friendships(of user: UUID, limit: Int, offset: Int) -> SQL {
        "SELECT \(columns) \(friendships(of: user)) ORDER BY since, id LIMIT \(limit) OFFSET \(offset)"
    }

    /// A page of the friendships of all users, in the order of their pairs.
    static func friendships(after last: Pair?, limit: Int) -> SQL {
        let rest: SQL = last.map { "AND (low_id > \($0.low) OR low_id = \($0.low) AND high_id > \($0.high))" } ?? ""
        return """
            SELECT \(columns) FROM social_relations WHERE status = 'accepted' \(rest) ORDER BY low_id, high_id LIMIT \(limit)
            """
    }

    /// How many friends a user has.
    static func friendCount(of user: UUID) -> SQL { "SELECT count(*) \(friendships(of: user))" }

    /// The friends of a user.
    static func friendIDs(of user: UUID, limit: Int) -> SQL {
        """
        SELECT CASE WHEN low_id = \(user) THEN high_id ELSE low_id END \(friendships(of: user))
        ORDER BY since, id LIMIT \(limit)
        """
    }

    /// What others have asked a user, but for those whom he blocks, the latest first.
    static func incoming(of user: UUID, limit: Int) -> SQL {
        "SELECT \(columns) \(incoming(of: user)) ORDER BY since DESC, id DESC LIMIT \(limit)"
    }

    /// How much others have asked a user.
    static func incomingCount(of user: UUID) -> SQL { "SELECT count(*) \(incoming(of: user))" }

    /// What a user has asked others, the latest first.
    static func outgoing(of user: UUID, limit: Int) -> SQL {
        "SELECT \(columns) \(outgoing(of: user)) ORDER BY since DESC, id DESC LIMIT \(limit)"
    }

    /// How much a user has asked others.
    static func outgoingCount(of user: UUID) -> SQL { "SELECT count(*) \(outgoing(of: user))" }

    /// The relations in which a user blocks the other, in a stable order.
    static func blocked(by user: UUID, limit: Int, offset: Int) -> SQL {
        "SELECT \(columns) \(blocked(by: user)) ORDER BY low_id, high_id LIMIT \(limit) OFFSET \(offset)"
    }

    /// How many a user blocks.
    static func blockedCount(by user: UUID) -> SQL { "SELECT count(*) \(blocked(by: user))" }

    private static func friendships(of user: UUID) -> SQL {
        "FROM social_relations WHERE (low_id = \(user) OR high_id = \(user)) AND status = 'accepted'"
    }

    private static func incoming(of user: UUID) -> SQL {
        """
        FROM social_relations WHERE status = 'pending' AND requester_id <> \(user)
            AND (low_id = \(user) AND low_blocks = FALSE OR high_id = \(user) AND high_blocks = FALSE)
        """
    }

    private static func outgoing(of user: UUID) -> SQL {
        """
        FROM social_relations WHERE status = 'pending' AND requester_id = \(user)
            AND (low_id = \(user) OR high_id = \(user))
        """
    }

    private static func blocked(by user: UUID) -> SQL {
        """
        FROM social_relations
        WHERE low_id = \(user) AND low_blocks = TRUE OR high_id = \(user) AND high_blocks = TRUE
        """
    }
}
