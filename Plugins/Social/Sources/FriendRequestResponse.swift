import HearthKit

/// A friend request.
struct FriendRequestResponse: Output {
    /// The statuses of the contract. A declined request is not kept, and a block is not one.
    enum Status: String, JSONEnum {
        case pending
        case accepted
        case declined
        case blocked
    }

    let relation: Relation
    let from: Person
    let to: Person

    /// - Parameters:
    ///   - relation: With a request.
    ///   - people: Both of them; nil when one is missing.
    init?(_ relation: Relation, _ people: [UUID: Person]) {
        guard let requester = relation.requesterID, let from = people[requester],
            let to = people[relation.pair.other(than: requester)]
        else { return nil }
        self.relation = relation
        self.from = from
        self.to = to
    }

    static let schema = Schema<FriendRequestResponse>("FriendRequestResponse") {
        Field("id") { $0.relation.id }
        Field("from_user_id") { $0.from.user.id }
        Field("from_username") { $0.from.user.username }
        Field("from_avatar") { $0.from.user.avatarURL }
        Field("from_level") { $0.from.character.level }
        Field("to_user_id") { $0.to.user.id }
        Field("to_username") { $0.to.user.username }
        Field("message", .docs("Always null: requests carry no text.")) { _ in String?.none }
        Field("status", .docs("`pending`, or `accepted` where the other one had asked already.")) { request -> Status in
            request.relation.status == .accepted ? .accepted : .pending
        }
        Field("created_at") { $0.relation.since }
    }
}

/// What others have asked a user and he has asked others.
struct PendingRequestsResponse: Output {
    let incoming: [FriendRequestResponse]
    let outgoing: [FriendRequestResponse]
    let incomingCount: Int
    let outgoingCount: Int

    static let schema = Schema<PendingRequestsResponse>("PendingRequestsResponse") {
        Field("incoming", .docs("The latest hundred, the latest first.")) { $0.incoming }
        Field("outgoing", .docs("Likewise.")) { $0.outgoing }
        Field("incoming_count") { $0.incomingCount }
        Field("outgoing_count") { $0.outgoingCount }
    }
}

extension Context {
    /// The unanswered requests of a user, in both directions.
    func pendingRequests(of user: UUID) async throws -> PendingRequestsResponse {
        let (incoming, incomingCount, outgoing, outgoingCount) = try await query(
            Relation.incoming(of: user, limit: 100).rows(Relation.self), Relation.incomingCount(of: user).rows(Int.self),
            Relation.outgoing(of: user, limit: 100).rows(Relation.self), Relation.outgoingCount(of: user).rows(Int.self))
        let others = Set((incoming + outgoing).map { $0.pair.other(than: user) })
        let people = others.isEmpty ? [:] : try await people([user] + others)
        return PendingRequestsResponse(
            incoming: incoming.compactMap { FriendRequestResponse($0, people) },
            outgoing: outgoing.compactMap { FriendRequestResponse($0, people) },
            incomingCount: incomingCount.first ?? 0, outgoingCount: outgoingCount.first ?? 0)
    }
}
