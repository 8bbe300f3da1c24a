import HearthKit

/// How much a user may have. Several requests of one moment may exceed a limit by a few: it is against abuse, and nothing is counted
/// on its being exact.
struct FriendLimits: Sendable {
    let friends: Int
    /// Of his, unanswered.
    let requests: Int
}

extension Context {
    /// Looks whether there is room for what a user has just brought about.
    ///
    /// - Parameter relation: As it is to be stored, and not stored yet.
    /// - Throws: ``Failure`` 400.
    func makeRoom(for relation: Relation, of user: UUID, within limits: FriendLimits) async throws {
        switch relation.status {
        case .none: break
        case .pending:
            let count: Int? = try await first(Relation.outgoingCount(of: user))
            guard (count ?? 0) < limits.requests else { throw Failure.tooManyRequests }
        case .accepted:
            let other = relation.pair.other(than: user)
            let (mine, others) = try await query(
                Relation.friendCount(of: user).rows(Int.self), Relation.friendCount(of: other).rows(Int.self))
            guard (mine.first ?? 0) < limits.friends else { throw Failure.tooManyFriends }
            guard (others.first ?? 0) < limits.friends else { throw Failure.otherHasTooManyFriends }
        }
    }
}
