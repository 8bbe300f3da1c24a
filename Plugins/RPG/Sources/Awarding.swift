import HearthKit

extension Context {
    /// What ``award(_:)`` would answer now. Changes nothing.
    func preview(_ activity: Activity) async throws -> Reward {
        let found: Circumstances? = try await first(Circumstances.of(activity))
        let circumstances = found ?? Circumstances(of: activity.userID)
        if let award = try await earlierAward(of: activity, circumstances), !award.isRevoked { return award.reward }
        return try await credit(activity, to: circumstances, isPreview: true).reward
    }

    /// Credits an activity: experience, coins, levels, the streak, badges. A source that is credited already is credited nothing,
    /// and the answer is the first one.
    func award(_ activity: Activity) async throws -> Reward {
        try await atomically { transaction in
            let circumstances = try await transaction.lockedCircumstances(for: activity)
            let earlier = try await transaction.earlierAward(of: activity, circumstances)
            if let earlier, !earlier.isRevoked { return earlier.reward }
            let credit = try await transaction.credit(activity, to: circumstances)
            // A source that was revoked keeps the id of its award.
            let award = Award(
                id: earlier?.id ?? transaction.makeID(), reward: credit.reward, hour: credit.time.hour,
                category: activity.category)
            var statements = [award.insertion(for: activity, at: transaction.now)]
            if let day = credit.frozenDay {
                let rest = Rest(id: transaction.makeID(), kind: .freeze, days: day...day, awardID: award.id)
                statements.append(rest.insertion(of: activity.userID, at: transaction.now))
            }
            let changed = try await transaction.store(credit.books, after: statements)
            guard changed.first == 1 else {
                throw HostError(.serialization, message: "the source was credited meanwhile", retryable: true)
            }
            return credit.reward
        }
    }

    private func lockedCircumstances(for activity: Activity) async throws -> Circumstances {
        let locked: Circumstances? = try await first(Circumstances.locked(for: activity))
        if let locked { return locked }
        // The first thing that this user does.
        try await execute(Player.addition(of: activity.userID, at: now))
        let added: Circumstances? = try await first(Circumstances.locked(for: activity))
        return try added.locked()
    }

    private func earlierAward(of activity: Activity, _ circumstances: Circumstances) async throws -> Award? {
        circumstances.awardID == nil ? nil : try await first(Award.of(activity))
    }

    /// What an activity brings to a player.
    private func credit(_ activity: Activity, to circumstances: Circumstances, isPreview: Bool = false) async throws -> Credit {
        var player = circumstances.player
        player.timezone = try zone(of: player)
        let time = try time(at: activity.occurredAt, in: player.timezone)
        let frozenDay = try await extendStreak(of: &player, by: activity)
        let payment = Payment(
            of: activity.baseXP, for: activity.kind, atHour: time.hour, streak: player.streak.current,
            intelligence: circumstances.intelligence)
        player.tally.add(activity, at: time, coins: payment.coins)
        var books = Bookkeeping(player, because: activity.source)
        books.earn(xp: payment.xp, from: .activities)
        books.earn(coins: payment.coins, from: .activities)
        try await unlockBadges(&books, isPreview: isPreview)
        let reward = Reward(
            xp: payment.xp, coins: payment.coins, multiplierPercent: payment.multiplierPercent,
            streak: .init(current: player.streak.current, best: player.streak.best),
            level: .init(before: circumstances.player.level, after: books.player.level), badges: books.badges.map(\.code))
        return Credit(reward: reward, books: books, time: time, frozenDay: frozenDay)
    }

    /// Lets the day of an activity count for the streak.
    ///
    /// - Returns: The missed day that the week's freeze is spent on; nil when none is.
    private func extendStreak(of player: inout Player, by activity: Activity) async throws -> LocalDate? {
        guard activity.kind.extendsStreak else { return nil }
        let (user, date) = (activity.userID, activity.localDate)
        let before = player.streak
        if let through = before.through, date < through {
            // An earlier day can join two runs: all of them count anew.
            let (days, rests) = try await query(Award.days(of: user).rows(LocalDate.self), Rest.all(of: user).rows(Rest.self))
            player.set(UserStreak(of: (days + [date]).sorted(), rests: rests), rests: rests)
            // The day was not missed after all. The rest stays, for the case that what was done is undone.
            if !days.contains(date), rests.contains(where: { $0.isSpentFreeze(on: date) }) {
                player.regainFreeze(of: date)
                player.tally.removeFreeze(of: date)
            }
            return nil
        }
        let rests: [Rest] = player.restsUntil == nil ? [] : try await query(Rest.current(of: user))
        var streak = before
        let frozenDay = streak.extend(to: date, rests: rests, hasFreeze: player.hasFreeFreeze(on: date))
        if let frozenDay {
            player.freeFreezeWeek = date.startOfWeek
            player.tally.addFreeze(of: frozenDay)
        }
        player.set(streak, rests: rests)
        if let through = before.through, through < date {
            player.tally[.absence] = max(player.tally[.absence], date - through)
            if streak.current == 1 { player.tally[.lostStreak] = max(player.tally[.lostStreak], before.current) }
        }
        return frozenDay
    }
}

/// Where a user stands before an activity of his is credited, found with one statement.
private struct Circumstances: Row {
    let player: Player
    /// Of the character; 0 without one.
    let intelligence: Int
    /// The award that the source has already, revoked or not.
    let awardID: UUID?

    /// Of somebody who has done nothing yet.
    init(of user: UUID) {
        player = Player(userID: user)
        intelligence = 0
        awardID = nil
    }

    init(row: inout RowReader) throws {
        player = try Player(row: &row)
        intelligence = try row.next(Int?.self) ?? 0
        awardID = try row.next()
    }

    static func of(_ activity: Activity) -> SQL {
        """
        SELECT \(Player.columns), (SELECT c.intelligence FROM rpg_characters c WHERE c.user_id = p.user_id), (
            SELECT a.id FROM rpg_awards a WHERE a.user_id = p.user_id
                AND a.source_kind = \(activity.source.kind) AND a.source_id = \(activity.source.id))
        FROM rpg_players p WHERE p.user_id = \(activity.userID)
        """
    }

    /// Likewise, and nobody else changes the player until the transaction ends.
    ///
    /// What the subqueries find can be older than the lock that was waited for: an intelligence of a moment ago, or no award though
    /// somebody has made it meanwhile. To store another one then affects no row.
    static func locked(for activity: Activity) -> SQL { "\(of(activity)) FOR UPDATE" }
}

/// What an activity brings to a player.
private struct Credit {
    let reward: Reward
    let books: Bookkeeping
    /// That the user's clock showed.
    let time: LocalTime
    /// The missed day that the week's freeze is spent on.
    let frozenDay: LocalDate?
}
