import HearthKit

extension Context {
    /// Gives a player the badges that he has earned, with their experience.
    ///
    /// A badge is looked for only when its condition is met now and was not before, so that somebody who earns none costs no
    /// statement. What was met and undone before is met a second time; that a badge is given once, the table sees to.
    ///
    /// - Parameters:
    ///   - books: What changes the player, who is locked.
    ///   - isPreview: Nothing is stored.
    func unlockBadges(_ books: inout Bookkeeping, isPreview: Bool = false) async throws {
        let catalogue = try await BadgeCatalogue.load(self)
        // Judged by another catalogue: everything that is met counts.
        var before = books.judged.tally.catalogueVersion == catalogue.version ? books.judged : nil
        books.player.tally.catalogueVersion = catalogue.version
        while true {
            let earned = catalogue.badges.filter { badge in
                badge.condition.isMet(by: books.player) && !(before.map { badge.condition.isMet(by: $0) } ?? false)
                    && !books.badges.contains(badge)
            }
            guard !earned.isEmpty else { return books.endJudging() }
            // Their experience may reach a level that earns the next one.
            before = books.player
            let user = books.player.userID
            let new: Set<UUID>
            if isPreview {
                let known: [UUID] = try await query(Unlock.known(earned.map(\.id), of: user))
                new = Set(earned.map(\.id)).subtracting(known)
            } else {
                new = Set(try await query(Unlock.insertion(earned.map(\.id), for: user, at: now), as: UUID.self))
            }
            for badge in earned where new.contains(badge.id) { books.unlock(badge) }
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
