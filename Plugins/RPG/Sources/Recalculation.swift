import HearthKit

/// Compares the balances of all players with the ledger, every night, and puts right what differs. Nothing ever should: whatever
/// is found is an error in the log.
enum Recalculation {
    private static let kind = JobKind<Int>("recalculate", timeout: .seconds(3600))
    /// How many players are looked at together.
    private static let pageSize = 500

    /// Registers the job with its schedule.
    static func add(to setup: Setup) {
        setup.job(kind) { job, _ in try await run(on: job.context) }
        setup.schedule("recalculation", .cron("30 3 * * *"), kind, 0)
    }

    private static func run(on context: Context) async throws {
        var page: [Sums] = []
        repeat {
            page = try await context.query(Sums.page(after: page.last?.userID, limit: pageSize))
            for sums in page where sums.differs {
                let user = sums.userID
                let corrected = try await context.transaction { transaction in
                    // Again, now that nobody changes them.
                    let (players, again) = try await transaction.query(
                        Player.locked(user, at: transaction.now).rows(Player.self), Sums.one(user).rows(Sums.self))
                    guard var player = players.first, let sums = again.first, sums.differs else { return false }
                    player.totalXP = max(0, sums.totalXP.sum)
                    player.coins = max(0, sums.coins.sum)
                    player.coinDebt = max(0, sums.coinDebt.sum)
                    player.level = Levels.reached(with: player.totalXP)
                    try await transaction.execute(player.update(at: transaction.now))
                    return true
                }
                if corrected { context.log.error("Balances differed from the ledger", ["user": "\(user)", "was": "\(sums)"]) }
            }
        } while page.count == pageSize
    }
}

/// The balances of a player as they are stored, and as the ledger adds them up.
private struct Sums: Row {
    /// A balance.
    struct Balance: Sendable {
        let stored: Int
        let sum: Int
    }

    let userID: UUID
    let totalXP: Balance
    let coins: Balance
    let coinDebt: Balance

    init(row: inout RowReader) throws {
        userID = try row.next()
        totalXP = Balance(stored: try row.next(), sum: try row.next())
        coins = Balance(stored: try row.next(), sum: try row.next())
        coinDebt = Balance(stored: try row.next(), sum: try row.next())
    }

    /// Whether one of them is wrong.
    var differs: Bool { [totalXP, coins, coinDebt].contains { $0.stored != $0.sum } }

    /// Those of a page of players, by id.
    static func page(after last: UUID?, limit: Int) -> SQL {
        let rest: SQL = last.map { "WHERE user_id > \($0)" } ?? ""
        return sums(of: "SELECT user_id FROM rpg_players \(rest) ORDER BY user_id LIMIT \(limit)")
    }

    /// Those of a player.
    static func one(_ user: UUID) -> SQL { sums(of: "SELECT user_id FROM rpg_players WHERE user_id = \(user)") }

    private static func sums(of users: SQL) -> SQL {
        """
        SELECT p.user_id, p.total_xp, \(sum(of: .xp, in: .wallet)), p.coins, \(sum(of: .coins, in: .wallet)),
            p.coin_debt, -\(sum(of: .coins, in: .debt))
        FROM rpg_players p LEFT JOIN rpg_ledger l ON l.user_id = p.user_id
        WHERE p.user_id IN (\(users))
        GROUP BY p.user_id, p.total_xp, p.coins, p.coin_debt ORDER BY p.user_id
        """
    }

    /// What came into an account less what left it.
    private static func sum(of currency: Currency, in account: Account) -> SQL {
        """
        CAST(coalesce(sum(CASE WHEN l.currency <> \(currency) THEN 0 WHEN l.to_account = \(account) THEN l.amount
            WHEN l.from_account = \(account) THEN -l.amount ELSE 0 END), 0) AS bigint)
        """
    }
}
