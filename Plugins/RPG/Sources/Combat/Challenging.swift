import HearthKit

extension Context {
    /// Challenges somebody. It is fought at once without a bet, or when the other one is open for the bet and has the coins; else
    /// he is asked, and the challenger's stake is set aside.
    ///
    /// - Parameters:
    ///   - opponent: Whom.
    ///   - bet: What each of them stakes, in coins.
    ///   - message: For him.
    ///   - user: Who challenges.
    ///   - rules: The operator's.
    /// - Returns: The challenge, fought or pending.
    /// - Throws: ``Failure`` 400 or 404.
    func challenge(
        _ opponent: UUID, bet: Int, message: String?, by user: ContextInfo.Actor, rules: CombatRules
    ) async throws -> Challenge {
        _ = try await self.opponent(opponent, of: user.id)
        let today = try bounds(of: date(in: user.timezone), in: user.timezone).lowerBound
        return try await transaction { transaction in
            let now = transaction.now
            let opponents = try await transaction.opponents(user.id, opponent, locking: true)
            let (challenger, defender) = try rules.check(opponents)
            guard opponents.latest?.status != .pending else { throw Failure.challengePending }
            if let end = rules.pause(after: opponents.latest, at: now) { throw Failure.foughtJustNow(until: end) }
            let made = try await transaction.first(Challenge.count(from: user.id, since: today), as: Int.self) ?? 0
            guard made < rules.challengesPerDay else { throw Failure.tooManyChallenges(rules.challengesPerDay) }

            let challenge = Challenge(
                id: transaction.makeID(), bet: bet, message: message, challenger: challenger, defender: defender, at: now)
            var books = Bookkeeping(opponents.challenger.player, because: challenge.source)
            guard books.spend(coins: bet, on: .escrow) else { throw Failure.notEnoughCoins(have: books.player.coins) }
            var others = Bookkeeping(opponents.defender.player, because: challenge.source)
            if bet <= opponents.defender.record.openBet || bet == 0, others.spend(coins: bet, on: .escrow) {
                return try await transaction.fight(challenge, opponents, books, others, storing: { try $0.insertion() })
            }
            try await transaction.store(books, after: [try challenge.insertion()])
            try await transaction.enqueue(ChallengeExpiry.kind, Stake(of: challenge), JobPlacement(runAt: challenge.expiresAt))
            try await transaction.send(.challenge(challenge), to: opponent)
            return challenge
        }
    }

    /// Accepts a challenge, and fights it. Accepted again, it stays as it was fought.
    ///
    /// - Throws: ``Failure`` 400, 403 or 404.
    func acceptChallenge(_ id: UUID, by user: UUID, rules: CombatRules) async throws -> Challenge {
        let known = try await challenge(id)
        guard known.defender.userID == user else { throw Failure.notTheDefender }
        guard known.status != .completed else { return known }
        // Who has parted since is not to be fought, and gets his stake back at once.
        if known.status == .pending, try await !Friends.mayMeet(known.challenger.userID, user, in: self) {
            try await end(known, as: .declined)
            throw Failure.challengingStrangers
        }
        return try await transaction { transaction in
            let opponents = try await transaction.opponents(known.challenger.userID, user, locking: true)
            // While a challenge is pending no other one is made between the two, so it is the latest.
            guard var challenge = opponents.latest, challenge.id == id else { throw Failure.challengeOver }
            guard challenge.status == .pending else { return challenge }
            guard challenge.expiresAt > transaction.now else { throw Failure.challengeOver }
            // Both fight as they are now.
            (challenge.challenger, challenge.defender) = try rules.check(opponents)
            var books = Bookkeeping(opponents.defender.player, because: challenge.source)
            guard books.spend(coins: challenge.bet, on: .escrow) else { throw Failure.notEnoughCoins(have: books.player.coins) }
            return try await transaction.fight(
                challenge, opponents, Bookkeeping(opponents.challenger.player, because: challenge.source), books,
                storing: { try $0.update() })
        }
    }

    /// Ends a challenge that is pending, without a fight, and gives the stake back. Ended again, it stays as it is.
    ///
    /// - Parameters:
    ///   - challenge: As it was when it was read.
    ///   - status: Why.
    /// - Throws: ``Failure`` 400 when it has ended otherwise.
    @discardableResult
    func end(_ challenge: Challenge, as status: Challenge.Status) async throws -> Challenge {
        try await transaction { transaction in
            let now = transaction.now
            let (players, challenges) = try await transaction.query(
                Player.locked(challenge.challenger.userID, at: now).rows(Player.self),
                Challenge.one(challenge.id).rows(Challenge.self))
            guard let player = players.first, var challenge = challenges.first else { throw Failure.combatNotFound }
            guard challenge.status != status else { return challenge }
            guard challenge.status == .pending else { throw Failure.challengeOver }
            challenge.status = status
            challenge.endedAt = now
            var books = Bookkeeping(player, because: challenge.source)
            books.earn(coins: challenge.bet, from: .escrow)
            try await transaction.store(books, after: [try challenge.update()])
            return challenge
        }
    }

    /// A challenge by its id.
    ///
    /// - Throws: ``Failure`` 404.
    func challenge(_ id: UUID) async throws -> Challenge {
        guard let challenge = try await first(Challenge.one(id), as: Challenge.self) else { throw Failure.combatNotFound }
        return challenge
    }
}
