import HearthKit

extension Context {
    /// Gives a player the badges that he has earned, with their experience.
    ///
    /// Those that he has are known with him, so that somebody who earns none costs no statement.
    ///
    /// - Parameters:
    ///   - books: What changes the player, who is locked.
    ///   - surroundings: What is around him; nil when nobody has asked.
    ///   - isPreview: Nothing is stored.
    func unlockBadges(
        _ books: inout Bookkeeping, in surroundings: Surroundings? = nil, isPreview: Bool = false
    ) async throws {
        let catalogue = try await BadgeCatalogue.load(self)
        while true {
            let earned = catalogue.badges(earnedBy: books.player, in: surroundings)
            guard !earned.isEmpty else { return }
            // Their experience may reach a level that earns the next one.
            try await give(earned, in: &books, isPreview: isPreview)
        }
    }

    /// Gives a player badges with their experience. That each is given once, the table sees to.
    func give(_ badges: [Badge], in books: inout Bookkeeping, isPreview: Bool = false) async throws {
        let (ids, user) = (badges.map(\.id), books.player.userID)
        let new: Set<UUID>
        if isPreview {
            let known: [UUID] = try await query(Unlock.known(ids, of: user))
            new = Set(ids).subtracting(known)
        } else {
            new = Set(try await query(Unlock.insertion(ids, for: user, at: now), as: UUID.self))
        }
        for badge in badges {
            books.player.tally.badges.insert(badge.code)
            if new.contains(badge.id) { books.unlock(badge) }
        }
    }
}

/// That a user has a badge.
struct Unlock: Row {
    let badgeID: UUID
    let unlockedAt: Timestamp
    /// 1 to 3 while it is displayed.
    let displayPosition: Int?

    init(row: inout RowReader) throws {
        badgeID = try row.next()
        unlockedAt = try row.next()
        displayPosition = try row.next()
    }

    /// All of a user, the latest first.
    static func all(of user: UUID) -> SQL {
        """
        SELECT badge_id, unlocked_at, display_position FROM rpg_unlocks
        WHERE user_id = \(user) ORDER BY unlocked_at DESC, badge_id
        """
    }

    /// Which of these badges a user has.
    static func known(_ badges: [UUID], of user: UUID) -> SQL {
        "SELECT badge_id FROM rpg_unlocks WHERE user_id = \(user) AND badge_id IN \(in: badges)"
    }

    /// How many users have a badge, and how many players there are.
    static func share(of badge: UUID) -> SQL {
        "SELECT count(*), (SELECT count(*) FROM rpg_players) FROM rpg_unlocks WHERE badge_id = \(badge)"
    }

    /// Gives a user those of these badges that he lacks; the rows tell which.
    static func insertion(_ badges: [UUID], for user: UUID, at now: Timestamp) -> SQL {
        let rows = SQL(badges.map { badge -> SQL in "(\(user), \(badge), \(now))" })
        return """
            INSERT INTO rpg_unlocks (user_id, badge_id, unlocked_at) VALUES \(rows)
            ON CONFLICT (user_id, badge_id) DO NOTHING RETURNING badge_id
            """
    }

    /// Displays a badge of a user at a place, or no longer.
    static func displaying(_ badge: UUID, of user: UUID, at position: Int?) -> SQL {
        "UPDATE rpg_unlocks SET display_position = \(position) WHERE user_id = \(user) AND badge_id = \(badge)"
    }

    /// Displays none of a user's badges.
    static func hiding(of user: UUID) -> SQL {
        "UPDATE rpg_unlocks SET display_position = NULL WHERE user_id = \(user) AND display_position IS NOT NULL"
    }
}
