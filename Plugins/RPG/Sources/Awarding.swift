import HearthKit

extension Context {
    /// What ``award(_:)`` would answer now. Changes nothing.
    func preview(_ activity: Activity) async throws -> Reward {
        let (players, awards, rests, intelligence) = try await query(
            Player.one(activity.userID).rows(Player.self), Award.of(activity).rows(Award.self),
            Rest.current(of: activity.userID).rows(Rest.self), PlayerCharacter.intelligence(of: activity.userID).rows(Int.self))
        if let award = awards.first, !award.isRevoked { return award.reward }
        let player = players.first ?? Player(userID: activity.userID)
        return try await credit(activity, to: player, rests: rests, intelligence: intelligence.first ?? 0).reward
    }

    /// Credits an activity: experience, coins, levels, the streak. A source that is credited already is credited nothing, and the
    /// answer is the first one.
    func award(_ activity: Activity) async throws -> Reward {
        try await atomically { transaction in
            let now = transaction.now
            // The player comes first: what is read after him, nobody changes meanwhile.
            let (players, awards, rests, intelligence) = try await transaction.query(
                Player.locked(activity.userID, at: now).rows(Player.self), Award.of(activity).rows(Award.self),
                Rest.current(of: activity.userID).rows(Rest.self),
                PlayerCharacter.intelligence(of: activity.userID).rows(Int.self))
            guard let player = players.first else { throw HostError(.failed, message: "the player was not locked") }
            if let award = awards.first, !award.isRevoked { return award.reward }
            let credit = try await transaction.credit(
                activity, to: player, rests: rests, intelligence: intelligence.first ?? 0)
            // A source that was revoked keeps the id of its award.
            let award = Award(id: awards.first?.id ?? transaction.makeID(), reward: credit.reward)
            var statements = [award.insertion(for: activity, at: now)]
            if let day = credit.frozenDay {
                let rest = Rest(id: transaction.makeID(), kind: .freeze, days: day...day, awardID: award.id)
                statements.append(rest.insertion(of: activity.userID, at: now))
            }
            try await transaction.store(credit.books, after: statements)
            return credit.reward
        }
    }

    /// What an activity brings to a player.
    private func credit(
        _ activity: Activity, to player: Player, rests: [Rest], intelligence: Int
    ) async throws -> Credit {
        var player = player
        var frozenDay: LocalDate?
        if activity.kind.extendsStreak {
            if let through = player.streak.through, activity.localDate < through {
                // An earlier day can join two runs: all of them count anew.
                let (days, rests) = try await query(
                    Award.days(of: activity.userID).rows(LocalDate.self), Rest.all(of: activity.userID).rows(Rest.self))
                player.set(UserStreak(of: (days + [activity.localDate]).sorted(), rests: rests), rests: rests)
            } else {
                var streak = player.streak
                frozenDay = streak.extend(
                    to: activity.localDate, rests: rests, hasFreeze: player.hasFreeFreeze(on: activity.localDate))
                if frozenDay != nil { player.freeFreezeWeek = activity.localDate.startOfWeek }
                player.set(streak, rests: rests)
            }
        }
        let payment = Payment(
            of: activity.baseXP, for: activity.kind, atHour: try await hour(of: activity), streak: player.streak.current,
            intelligence: intelligence)
        var books = Bookkeeping(player, because: activity.source)
        let level = player.level
        books.earn(xp: payment.xp, from: .activities)
        books.earn(coins: payment.coins, from: .activities)
        let reward = Reward(
            xp: payment.xp, coins: payment.coins, multiplierPercent: payment.multiplierPercent,
            streak: .init(current: player.streak.current, best: player.streak.best),
            level: .init(before: level, after: books.player.level))
        return Credit(reward: reward, books: books, frozenDay: frozenDay)
    }

    /// The hour that the user's clock showed. Almost always he is the one who acts, so that his time zone is known.
    private func hour(of activity: Activity) async throws -> Int {
        guard activity.kind.hasBonuses else { return 0 }
        let actor = try info().actor
        var zone = actor?.id == activity.userID ? actor?.timezone : nil
        if zone == nil { zone = try await users([activity.userID]).first?.timezone }
        return Int(try time(at: activity.occurredAt, in: zone ?? "UTC").microseconds / 3_600_000_000)
    }
}

/// What an activity brings to a player.
private struct Credit {
    let reward: Reward
    let books: Bookkeeping
    /// The missed day that the week's freeze is spent on.
    let frozenDay: LocalDate?
}
