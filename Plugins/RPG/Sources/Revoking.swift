import HearthKit

extension Context {
    /// Takes back what a source was credited with. Nothing happens when it was never credited, or is revoked already.
    func revoke(_ activity: Activity) async throws -> Reward {
        try await atomically { transaction in
            let user = activity.userID
            let now = transaction.now
            let (players, awards) = try await transaction.query(
                Player.locked(user, at: now).rows(Player.self), Award.of(activity).rows(Award.self))
            let player = try players.first.locked()
            guard let award = awards.first, !award.isRevoked else { return Reward(of: player) }

            var books = Bookkeeping(player, because: activity.source)
            books.takeBack(xp: award.reward.xp, coins: award.reward.coins, to: .activities)
            var done = activity
            // The habit may be of another one by now.
            done.category = award.category
            books.player.tally.remove(done, atHour: award.hour)
            var statements = [award.revocation(at: now)]
            if activity.kind.extendsStreak {
                let (days, all, starts) = try await transaction.query(
                    Award.days(of: user, without: award.id).rows(LocalDate.self), Rest.all(of: user).rows(Rest.self),
                    Award.dayStarts(of: user, from: activity.localDate - Routine.longest, without: award.id)
                        .rows(DayStart.self))
                books.player.tally.routine = try transaction.routine(of: starts, in: transaction.zone(of: player))
                let needless = books.player.settle(
                    all.filter { $0.awardID != nil }, undoing: activity.localDate, left: days)
                statements += needless.map(\.deletion)
                let rests = all.filter { !needless.contains($0) }
                books.player.set(UserStreak(of: days, rests: rests), rests: rests)
            }
            try await transaction.store(books, after: statements)
            var reward = Reward(of: books.player)
            reward.xp = award.reward.xp
            reward.coins = award.reward.coins
            reward.multiplierPercent = award.reward.multiplierPercent
            return reward
        }
    }
}

extension Reward {
    /// Nothing, and where a player stands.
    init(of player: Player) {
        streak = .init(current: player.streak.current, best: player.streak.best)
        level = .init(before: player.level, after: player.level)
    }
}
