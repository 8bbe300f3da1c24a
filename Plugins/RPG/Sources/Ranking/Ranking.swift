import HearthKit

/// Users in the order of their values: the highest first, equal ones by their ids. Equal values share a rank, which is one more
/// than the number of higher values.
struct Ranking {
    private(set) var entries: [RankingEntry] = []

    /// - Parameters:
    ///   - values: In order.
    ///   - offset: How many come before them.
    ///   - above: How many of those have a higher value than the first of them.
    init(ordered values: [RankedValue], offset: Int = 0, above: Int = 0) {
        for (index, value) in values.enumerated() {
            let isEqual = index > 0 && values[index - 1].order == value.order
            let rank = index == 0 ? above + 1 : isEqual ? entries[index - 1].rank : offset + index + 1
            entries.append(RankingEntry(userID: value.userID, value: value.value, rank: rank, fights: value.fights))
        }
    }

    /// - Parameter values: In any order.
    init(of values: [RankedValue]) {
        self.init(ordered: values.sorted { $0.order == $1.order ? $0.userID < $1.userID : $0.order > $1.order })
    }
}

extension Context {
    /// Those with the highest values, in order.
    ///
    /// - Throws: ``ServiceError``
    func top(_ page: RankingPage) async throws -> RankingAnswer {
        if let among = page.among {
            let all = try await ranking(by: page.metric, among: among).entries
            return RankingAnswer(entries: Array(all.dropFirst(page.offset).prefix(page.limit)), total: all.count)
        }
        guard let board = Board.by(page.metric, at: now) else { throw ServiceError.amongRequired }
        let (values, lowest) = try await query(
            board.page(limit: page.limit, offset: page.offset).rows(RankedValue.self), board.place(of: 0).rows(Place.self))
        var above = 0
        if page.offset > 0, let first = values.first {
            above = try await self.first(board.place(of: first.value), as: Place.self)?.above ?? 0
        }
        // Somebody may have risen between the two questions.
        let ranking = Ranking(ordered: values, offset: page.offset, above: min(above, page.offset))
        return RankingAnswer(entries: ranking.entries, total: lowest.first?.total ?? 0)
    }

    /// Where a user ranks.
    ///
    /// - Throws: ``ServiceError``
    func rank(_ question: RankQuestion) async throws -> RankAnswer {
        if let among = question.among {
            let all = try await ranking(by: question.metric, among: among).entries
            let entry = all.first { $0.userID == question.userID }
            return RankAnswer(rank: entry?.rank, value: entry?.value ?? 0, total: all.count)
        }
        guard let board = Board.by(question.metric, at: now) else { throw ServiceError.amongRequired }
        guard let place = try await first(board.place(of: question.userID), as: Place.self) else {
            throw HostError(.failed, message: "there is no place")
        }
        return RankAnswer(rank: place.value > 0 ? place.above + 1 : nil, value: place.value, total: place.total)
    }

    /// Some users among themselves, those who have done nothing included.
    private func ranking(by metric: Metric, among users: [UUID]) async throws -> Ranking {
        let users = Set(users)
        let found = try await values(of: Array(users), by: metric)
        let values = Dictionary(found.map { ($0.userID, $0) }, uniquingKeysWith: { first, _ in first })
        let least = metric == .level ? 1 : 0
        return Ranking(
            of: users.map { user in
                let fights = metric == .winRate ? values[user]?.fights ?? FightCount() : nil
                return RankedValue(userID: user, value: max(least, values[user]?.value ?? least), fights: fights)
            })
    }

    /// The values of those who have one.
    private func values(of users: [UUID], by metric: Metric) async throws -> [RankedValue] {
        if metric == .winRate {
            let rates: [WinRate] = try await query(CombatRecord.winRates(of: users))
            return rates.map { RankedValue(userID: $0.userID, value: $0.value, fights: $0.fights) }
        }
        if let board = Board.by(metric, at: now) { return try await query(board.values(of: users)) }
        let today = try date(in: "UTC")
        let first = metric == .xpWeekly ? today.startOfWeek : today - (today.components.day - 1)
        return try await query(LedgerEntry.xp(of: users, since: try bounds(of: first, in: "UTC").lowerBound))
    }
}

extension LedgerEntry {
    /// What users have earned since an instant, less what was taken back; who has no entry is missing.
    fileprivate static func xp(of users: [UUID], since start: Timestamp) -> SQL {
        """
        SELECT user_id, CAST(sum(CASE WHEN to_account = 'wallet' THEN amount ELSE -amount END) AS bigint) FROM rpg_ledger
        WHERE currency = 'xp' AND user_id IN \(in: users) AND created_at >= \(start) GROUP BY user_id
        """
    }
}

extension ServiceError {
    fileprivate static let amongRequired = ServiceError("among_required", "by this metric users are ranked among some only")
}
