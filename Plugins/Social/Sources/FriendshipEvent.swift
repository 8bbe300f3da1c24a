import HearthKit

/// That somebody has become a friend of a user, who is told so with his id as key: a friendship is told twice, to each of the two.
struct FriendshipEvent: Output {
    static let added = Event<FriendshipEvent>("friend.added/1")

    let relation: Relation
    let userID: UUID

    static let schema = Schema<FriendshipEvent>("FriendshipEvent") {
        Field("friendship_id") { $0.relation.id }
        Field("user_id") { $0.userID }
        Field("friend_id") { $0.relation.pair.other(than: $0.userID) }
        Field("occurred_at") { $0.relation.since }
    }

    /// Both of a friendship, in the order of their keys.
    static func both(of relation: Relation) -> [FriendshipEvent] {
        [relation.pair.low, relation.pair.high].map { FriendshipEvent(relation: relation, userID: $0) }
    }
}

extension Setup {
    /// Declares what is told about friends.
    func declareFriendships() {
        declare(
            FriendshipEvent.added,
            "Somebody has become a friend of a user, whose id is the key. Each of the two friends has an event of his own."
        ) { context, cursor, limit in
            let size = max(1, limit / 2)
            let page: [Relation] = try await context.query(Relation.friendships(after: cursor.flatMap { Pair($0) }, limit: size))
            let events = page.flatMap { FriendshipEvent.both(of: $0) }
            return EventPage(
                events.map { .init($0, key: "\($0.userID)", at: $0.relation.since) },
                next: page.count == size ? page.last?.pair.text : nil)
        }
    }
}

extension Context {
    /// Tells others, in this transaction, that two users have become friends.
    func tell(of friendship: Relation) async throws {
        for event in FriendshipEvent.both(of: friendship) {
            try await publish(FriendshipEvent.added, key: "\(event.userID)", event)
        }
    }
}

/// A cursor: the ids of the two.
extension Pair {
    fileprivate var text: String { "\(low) \(high)" }

    fileprivate init?(_ text: String) {
        let ids = text.split(separator: " ").compactMap { UUID(String($0)) }
        guard ids.count == 2 else { return nil }
        self.init(ids[0], ids[1])
    }
}
