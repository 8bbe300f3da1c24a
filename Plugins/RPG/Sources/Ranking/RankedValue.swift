import HearthKit

/// A user's value.
struct RankedValue: Row, Hashable {
    let userID: UUID
    let value: Int
    /// What he has fought, where that is what users are ranked by.
    let fights: FightCount?

    init(userID: UUID, value: Int, fights: FightCount? = nil) {
        self.userID = userID
        self.value = value
        self.fights = fights
    }

    init(row: inout RowReader) throws {
        userID = try row.next()
        value = try row.next()
        fights = nil
    }

    /// Who has a higher one comes first, and who has the same one shares the rank.
    var order: (value: Int, wins: Int) { (value, fights?.wins ?? 0) }
}

/// How often somebody has fought.
struct FightCount: Hashable {
    var wins = 0
    /// Those too that were lost or nobody won.
    var all = 0
}

/// How many of his fights somebody has won.
struct WinRate: Row {
    let userID: UUID
    let fights: FightCount

    /// In hundredths of a percent.
    var value: Int { fights.all > 0 ? fights.wins * 10_000 / fights.all : 0 }

    init(row: inout RowReader) throws {
        userID = try row.next()
        fights = FightCount(wins: try row.next(), all: try row.next())
    }
}

extension CombatRecord {
    /// The ``WinRate`` of each of some users; who has never fought may be missing.
    static func winRates(of users: [UUID]) -> SQL {
        "SELECT user_id, wins, wins + losses + draws FROM rpg_combat_records WHERE user_id IN \(in: users)"
    }
}
