import HearthKit

extension Context {
    /// Counts an activity, or that it was undone, once however often it is told, and adds its day up.
    ///
    /// The activity and the day change together, under the lock of the user: whatever comes at the same time or in another order,
    /// a day is the sum of its activities. It is added up anew also when nothing is new, so telling the past again mends it.
    func count(_ activity: Activity) async throws {
        // Without the user there is nothing to count, and nothing of his is left.
        guard let user = try await users([activity.userID]).first else { return }
        let due = try await due(of: user.id, in: activity.date...activity.date).map { $0[activity.date] ?? 0 }
        try await transaction { transaction in
            let (_, known) = try await transaction.query(
                Person.locked(user, activeOn: activity.date).rows(UUID.self), Activity.one(activity.id).rows(Activity.self))
            var changes = [Day.recount(activity.date, of: user.id, due: due)]
            if activity.supersedes(known.first) {
                changes.insert(activity.storing, at: 0)
                if let before = known.first?.date, before != activity.date {
                    changes.append(Day.recount(before, of: user.id, due: nil))
                }
            }
            try await transaction.execute(changes)
        }
    }
}
