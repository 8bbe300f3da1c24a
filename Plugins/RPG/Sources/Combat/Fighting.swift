import HearthKit

extension Context {
    /// Fights a challenge whose stakes are set aside: pays both, counts it, tells them.
    ///
    /// - Parameters:
    ///   - challenge: Pending, or new.
    ///   - opponents: The two, locked.
    ///   - challengers: The challenger's books.
    ///   - defenders: The defender's.
    ///   - storing: The statement that stores the challenge.
    /// - Returns: The challenge as it was fought.
    func fight(
        _ challenge: Challenge, _ opponents: Opponents, _ challengers: Bookkeeping, _ defenders: Bookkeeping,
        storing: (Challenge) throws -> SQL
    ) async throws -> Challenge {
        var challenge = challenge
        // Drawn now, so that nobody can know before how it will end.
        let fight = challenge.fight(seed: randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) }, at: now)
        var statements = [try storing(challenge)]
        let sides = [
            (opponents.challenger.record, challengers, fight.challengerXP),
            (opponents.defender.record, defenders, fight.defenderXP),
        ]
        // Ascending, like everything that concerns several users.
        for (record, books, xp) in sides.sorted(by: { $0.0.userID < $1.0.userID }) {
            var (record, books) = (record, books)
            let wins = record.wins
            record.count(fight, bet: challenge.bet, xp: xp)
            books.settle(fight, bet: challenge.bet, xp: xp)
            statements.append(record.storing)
            if record.wins != wins { statements += RankMove.insertion([RankMove(.pvp, from: wins, to: record.wins)]) }
            try await store(books, after: statements)
            statements = []
        }
        for user in [challenge.challenger.userID, challenge.defender.userID].sorted() {
            try await send(.result(of: challenge, for: user), to: user)
        }
        return challenge
    }
}

extension Bookkeeping {
    /// Pays what a fight has brought to the player, and settles his stake.
    mutating func settle(_ fight: Challenge.Fight, bet: Int, xp: Int) {
        player.tally.addFight(isWon: fight.winnerID == player.userID)
        earn(xp: xp, from: .combats)
        switch fight.winnerID {
        case nil: earn(coins: bet, from: .escrow)
        case player.userID:
            earn(coins: bet, from: .escrow)
            earn(coins: fight.winnerCoins, from: .combats)
        default: forfeit(coins: bet)
        }
    }
}
