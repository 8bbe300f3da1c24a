import HearthKit

/// What a user has fought so far, and for which bets he need not be asked.
struct CombatRecord: Row, Hashable {
    let userID: UUID
    /// Bets up to this are fought at once; 0 for none.
    var openBet = 0
    var wins = 0
    var losses = 0
    var draws = 0
    /// Wins in a row.
    var winStreak = 0
    var bestWinStreak = 0
    var xpEarned = 0
    var coinsEarned = 0
    var coinsLost = 0

    /// Somebody who has never fought.
    init(userID: UUID) { self.userID = userID }

    init(row: inout RowReader) throws {
        userID = try row.next()
        openBet = try row.next()
        wins = try row.next()
        losses = try row.next()
        draws = try row.next()
        winStreak = try row.next()
        bestWinStreak = try row.next()
        xpEarned = try row.next()
        coinsEarned = try row.next()
        coinsLost = try row.next()
    }

    var battles: Int { wins + losses + draws }
    /// In percent, with one decimal.
    var winRate: Double { battles == 0 ? 0 : Double((1000 * wins + battles / 2) / battles) / 10 }

    /// Counts a fight.
    mutating func count(_ fight: Challenge.Fight, bet: Int, xp: Int) {
        xpEarned += xp
        guard let winner = fight.winnerID else {
            draws += 1
            winStreak = 0
            return
        }
        if winner == userID {
            wins += 1
            winStreak += 1
            bestWinStreak = max(bestWinStreak, winStreak)
            coinsEarned += fight.winnerCoins
        } else {
            losses += 1
            winStreak = 0
            coinsLost += bet
        }
    }
}

/// The statements on the table of records.
extension CombatRecord {
    private static let columns: SQL =
        "user_id, open_bet, wins, losses, draws, win_streak, best_win_streak, xp_earned, coins_earned, coins_lost"

    /// Those of several users; who has never fought may be missing.
    static func all(of users: [UUID]) -> SQL { "SELECT \(columns) FROM rpg_combat_records WHERE user_id IN \(in: users)" }

    /// Stores this one after a fight. What is open stays as it is, since its user may change it meanwhile.
    var storing: SQL {
        """
        INSERT INTO rpg_combat_records (\(Self.columns))
        VALUES (\(userID), \(openBet), \(wins), \(losses), \(draws), \(winStreak), \(bestWinStreak), \(xpEarned),
            \(coinsEarned), \(coinsLost))
        ON CONFLICT (user_id) DO UPDATE SET wins = excluded.wins, losses = excluded.losses, draws = excluded.draws,
            win_streak = excluded.win_streak, best_win_streak = excluded.best_win_streak, xp_earned = excluded.xp_earned,
            coins_earned = excluded.coins_earned, coins_lost = excluded.coins_lost
        """
    }

    /// Stores for which bets a user need not be asked.
    static func opening(_ user: UUID, to bet: Int) -> SQL {
        """
        INSERT INTO rpg_combat_records (\(columns)) VALUES (\(user), \(bet), 0, 0, 0, 0, 0, 0, 0, 0)
        ON CONFLICT (user_id) DO UPDATE SET open_bet = excluded.open_bet
        """
    }

    /// The class that a user has fought most often.
    static func favouriteClass(of user: UUID) -> SQL {
        """
        SELECT c.class FROM (\(opponents(of: user))) o JOIN rpg_characters c ON c.user_id = o.opponent_id
        GROUP BY c.class ORDER BY count(*) DESC, c.class LIMIT 1
        """
    }

    /// The name of the character that has beaten a user most often.
    static func nemesis(of user: UUID) -> SQL {
        """
        SELECT c.name FROM (\(opponents(of: user))) o JOIN rpg_characters c ON c.user_id = o.opponent_id
        WHERE o.winner_id = o.opponent_id
        GROUP BY c.user_id, c.name ORDER BY count(*) DESC, c.user_id LIMIT 1
        """
    }

    /// Whom a user has fought, each time, and who won.
    private static func opponents(of user: UUID) -> SQL {
        """
        SELECT defender_id AS opponent_id, winner_id FROM rpg_combats
        WHERE challenger_id = \(user) AND status = \(Challenge.Status.completed)
        UNION ALL
        SELECT challenger_id, winner_id FROM rpg_combats
        WHERE defender_id = \(user) AND status = \(Challenge.Status.completed)
        """
    }
}
