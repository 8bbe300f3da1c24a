import HearthKit

extension Context {
    /// Counts activities, or that they were undone, once however often they are told, and adds their day up.
    ///
    /// Activities and day change together, under the lock of the user: whatever comes at the same time or in another order, a day is
    /// the sum of its activities. It is added up anew also when nothing is new, so telling the past again mends it.
    ///
    /// - Parameter activities: Of one user and day, in one event.
    func count(_ activities: [Activity]) async throws {
        // Without the user there is nothing to count, and nothing of his is left.
        guard let first = activities.first, let user = try await users([first.userID]).first else { return }
        let due = try await due(of: user.id, in: first.date...first.date).map { $0[first.date] ?? 0 }
        try await transaction { transaction in
            let (_, stored) = try await transaction.query(
                Person.locked(user, activeOn: first.date).rows(UUID.self),
                Activity.known(activities.map(\.id)).rows(Activity.self))
            let known = Dictionary(stored.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let news = activities.filter { $0.supersedes(known[$0.id]) }
            let left = Set(news.compactMap { known[$0.id]?.date }).subtracting([first.date])
            try await transaction.execute(
                news.map(\.storing) + [Day.recount(first.date, of: user.id, due: due)]
                    + left.sorted().map { Day.recount($0, of: user.id, due: nil) })
        }
    }
}
