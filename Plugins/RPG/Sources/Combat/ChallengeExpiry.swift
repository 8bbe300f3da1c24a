import HearthKit

/// Challenges that nobody has answered in time end by themselves.
enum ChallengeExpiry {
    /// Tried for more than a day: coins are at stake.
    static let kind = JobKind<Stake>("expire_challenge", retry: .exponential(cap: .seconds(3600), retries: 30))

    /// Registers the job.
    static func add(to setup: Setup) {
        setup.job(kind) { job, stake in
            let challenge: Challenge? = try await job.context.first(Challenge.one(stake.challengeID))
            do {
                if let challenge {
                    guard challenge.status == .pending else { return }
                    try await job.context.end(challenge, as: .expired)
                    return
                }
            } catch is Failure {
                // Answered at the last moment, or erased.
            }
            try await job.context.giveBack(stake)
        }
    }
}

/// What is set aside for a challenge, as it is remembered apart from it: a challenge goes with its defender when he is erased, and
/// the stake is not his.
struct Stake: Input, Output, Hashable {
    var challengeID = UUID.zero
    var challengerID = UUID.zero

    static let schema = Schema<Stake>("Stake") {
        Field("challenge_id", \.challengeID, .required)
        Field("challenger_id", \.challengerID, .required)
    }

    init() {}

    init(of challenge: Challenge) {
        challengeID = challenge.id
        challengerID = challenge.challenger.userID
    }

    var source: Activity.Source { .init(kind: "combat", id: challengeID) }
}

extension Context {
    /// Gives back what the ledger still holds for a challenge that is there no more: nothing once it was fought or has ended.
    fileprivate func giveBack(_ stake: Stake) async throws {
        try await transaction { transaction in
            // Who was erased himself has nothing any more.
            guard try await transaction.first(Player.one(stake.challengerID), as: Player.self) != nil else { return }
            let (players, held) = try await transaction.query(
                Player.locked(stake.challengerID, at: transaction.now).rows(Player.self),
                LedgerEntry.held(for: stake).rows(Int.self))
            guard let player = players.first, let coins = held.first, coins > 0 else { return }
            var books = Bookkeeping(player, because: stake.source)
            books.earn(coins: coins, from: .escrow)
            try await transaction.store(books)
        }
    }
}

extension LedgerEntry {
    /// How many coins of a challenger are set aside.
    fileprivate static func held(for stake: Stake) -> SQL {
        """
        SELECT CAST(coalesce(sum(CASE WHEN to_account = 'escrow' THEN amount ELSE -amount END), 0) AS bigint) FROM rpg_ledger
        WHERE user_id = \(stake.challengerID) AND source_kind = \(stake.source.kind) AND source_id = \(stake.challengeID)
            AND currency = 'coins' AND (to_account = 'escrow' OR from_account = 'escrow')
        """
    }
}
