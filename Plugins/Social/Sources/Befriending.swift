import HearthKit

extension Context {
    /// A user wants to be a friend of another one. Two who ask each other at the same moment are friends, once.
    ///
    /// - Throws: ``Failure`` 400, 403, 404.
    func request(_ other: UUID, by user: UUID, within limits: FriendLimits) async throws -> FriendRequestResponse {
        guard other != user else { throw Failure.requestToOneself }
        let people = try await people([user, other])
        guard let asker = people[user], people[other] != nil else { throw Failure.userNotFound }
        let request = makeID()
        let relation = try await change(Pair(user, other)) { transaction, relation in
            try relation.request(by: user, id: request, at: transaction.now)
            try await transaction.makeRoom(for: relation, of: user, within: limits)
            try await transaction.announce(relation, to: other, by: asker)
        }
        guard let response = FriendRequestResponse(relation, people) else { throw Failure.userNotFound }
        return response
    }

    /// A user accepts a request.
    ///
    /// - Returns: The new friend.
    /// - Throws: ``Failure`` 400, 404.
    func accept(_ id: UUID, by user: UUID, within limits: FriendLimits) async throws -> FriendResponse {
        let other = try await pair(of: id, with: user).other(than: user)
        let people = try await people([user, other])
        guard let accepter = people[user], let friend = people[other] else { throw Failure.requestNotFound }
        let relation = try await change(Pair(user, other)) { transaction, relation in
            try relation.accept(id, by: user, at: transaction.now)
            try await transaction.makeRoom(for: relation, of: user, within: limits)
            try await transaction.announce(relation, to: other, by: accepter)
        }
        return FriendResponse(relation: relation, friend: friend, isOnline: await isOnline(other))
    }

    /// A user refuses a request, or takes back his own.
    ///
    /// - Throws: ``Failure`` 404.
    func decline(_ id: UUID, by user: UUID) async throws {
        _ = try await change(pair(of: id, with: user)) { try $1.decline(id, by: user) }
    }

    /// A user ends a friendship.
    ///
    /// - Throws: ``Failure`` 404.
    func remove(_ other: UUID, by user: UUID) async throws {
        guard other != user else { throw Failure.friendshipNotFound }
        _ = try await change(Pair(user, other)) { try $1.remove() }
    }

    /// A user blocks another one; a second time changes nothing.
    ///
    /// - Throws: ``Failure`` 400, 404.
    func block(_ other: UUID, by user: UUID) async throws {
        guard other != user else { throw Failure.blockOfOneself }
        guard try await !users([other]).isEmpty else { throw Failure.userNotFound }
        _ = try await change(Pair(user, other)) { $1.block(by: user) }
    }

    /// A user lifts a block, if there is one.
    func unblock(_ other: UUID, by user: UUID) async throws {
        let found: Relation? = try await first(Relation.one(of: Pair(user, other)))
        guard let found, found.isBlocked(by: user) else { return }
        _ = try await change(found.pair) { $1.unblock(by: user) }
    }

    private func pair(of request: UUID, with user: UUID) async throws -> Pair {
        let found: Relation? = try await first(Relation.one(request, of: user))
        guard let found else { throw Failure.requestNotFound }
        return found.pair
    }

    /// Changes what is between two users, in a transaction that nobody else's change of it runs beside.
    ///
    /// - Parameter body: Gets the transaction and the relation as it is now. What it throws leaves all as it was.
    /// - Returns: The relation as it is stored.
    private func change(
        _ pair: Pair, _ body: (_ transaction: Context, _ relation: inout Relation) async throws -> Void
    ) async throws -> Relation {
        let strangers = Relation(of: pair, id: makeID(), at: now)
        do {
            return try await transaction { transaction in
                var relation = try await transaction.first(strangers.locked, as: Relation.self) ?? strangers
                let wereFriends = relation.status == .accepted
                try await body(transaction, &relation)
                try await transaction.execute(relation.saving)
                if relation.status == .accepted, !wereFriends { try await transaction.tell(of: relation) }
                return relation
            }
        } catch let error as HostError where error.kind == .constraint {
            // One of the two was erased in this moment, or is one whom nobody knows.
            throw Failure.userNotFound
        }
    }
}
