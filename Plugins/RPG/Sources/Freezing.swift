import HearthKit

extension Context {
    /// Where a user stands with his streak.
    func streakStatus(of user: ContextInfo.Actor) async throws -> StreakStatusResponse {
        let calendar = try Freeze.Calendar(of: user, in: self)
        let (players, used) = try await query(
            Player.one(user.id).rows(Player.self), Rest.freezes(of: user.id, since: calendar.monthStart).rows(Int.self))
        return StreakStatusResponse(
            player: players.first ?? Player(userID: user.id), freezesUsed: used.first ?? 0, calendar: calendar)
    }

    /// Protects the streak for the first day from today on that needs something done. The first one of a week is free.
    ///
    /// - Throws: ``Failure`` 400 while frozen, over the limit of the month, and without the coins.
    func freeze(for user: ContextInfo.Actor) async throws -> FreezeResponse {
        let calendar = try Freeze.Calendar(of: user, in: self)
        return try await transaction { transaction in
            let (players, used, rests) = try await transaction.query(
                Player.locked(user.id, at: calendar.now).rows(Player.self),
                Rest.freezes(of: user.id, since: calendar.monthStart).rows(Int.self), Rest.current(of: user.id).rows(Rest.self))
            let player = try players.first.locked()
            let usedBefore = used.first ?? 0
            if let until = player.frozenUntil, until > calendar.now { throw Failure.frozen(until: until) }
            guard usedBefore < Freeze.perMonth else { throw Failure.freezeLimit }

            let id = transaction.makeID()
            let isFree = player.hasFreeFreeze(on: calendar.today)
            var books = Bookkeeping(player, because: .init(kind: "freeze", id: id))
            if isFree {
                books.player.freeFreezeWeek = calendar.today.startOfWeek
            } else if !books.spend(coins: Freeze.price, on: .freezes) {
                throw Failure.freezeTooExpensive(Freeze.price, have: player.coins)
            }
            // Somebody who has flown west may have done something on a day that is still to come.
            var day = max(calendar.today, player.streak.through.map { $0 + 1 } ?? calendar.today)
            while rests.contains(where: { $0.days.contains(day) }) { day = day + 1 }
            let rest = Rest(id: id, kind: .freeze, days: day...day)
            let until = calendar.now + Freeze.duration
            books.player.frozenUntil = until
            books.player.set(player.streak, rests: rests + [rest])
            books.player.tally[.freezes] += 1
            books.player.tally.addFreeze(of: day)
            try await transaction.store(books, after: [rest.insertion(of: user.id, at: calendar.now)])
            return FreezeResponse(
                wasFree: isFree, protectedDay: day, frozenUntil: until, remaining: Freeze.perMonth - usedBefore - 1)
        }
    }
}
