import HearthKit

/// A friend, as the user whose friend he is sees him.
struct FriendResponse: Output {
    let relation: Relation
    let friend: Person
    let isOnline: Bool

    static let schema = Schema<FriendResponse>("FriendResponse") {
        Field("friendship_id") { $0.relation.id }
        Field("user_id") { $0.friend.user.id }
        Field("username") { $0.friend.user.username }
        Field("avatar_url") { $0.friend.user.avatarURL }
        Field("character_name") { $0.friend.character.name }
        Field("character_class") { $0.friend.character.characterClass }
        Field("level") { $0.friend.character.level }
        Field("total_xp") { $0.friend.character.totalXP }
        Field("current_streak") { $0.friend.character.currentStreak }
        Field("is_online", .docs("Whether he listens to his own events, by `/api/ws` or as a stream.")) { $0.isOnline }
        Field("last_active", .docs("Always null: when somebody was here last is his own affair.")) { _ in Timestamp?.none }
        Field("friends_since") { $0.relation.since }
    }
}

/// A page of one's friends.
struct FriendListResponse: Output {
    let friends: [FriendResponse]
    let total: Int

    static let schema = Schema<FriendListResponse>("FriendListResponse") {
        Field("friends") { $0.friends }
        Field("total", .docs("Of all pages.")) { $0.total }
        Field("online_count", .docs("Of this page.")) { $0.friends.count { $0.isOnline } }
    }
}

/// Which page of a list.
struct PageQuery: Input {
    var limit = 50
    var offset = 0

    static let schema = Schema<PageQuery>("PageQuery") {
        Field("limit", \.limit, .range(1...100))
        Field("offset", \.offset, .range(0...))
    }
}

extension Context {
    /// A page of a user's friends, the oldest friendship first.
    func friends(of user: UUID, _ page: PageQuery) async throws -> FriendListResponse {
        let (relations, count) = try await query(
            Relation.friendships(of: user, limit: page.limit, offset: page.offset).rows(Relation.self),
            Relation.friendCount(of: user).rows(Int.self))
        let people = try await people(relations.map { $0.pair.other(than: user) })
        var friends: [FriendResponse] = []
        for relation in relations {
            guard let friend = people[relation.pair.other(than: user)] else { continue }
            friends.append(FriendResponse(relation: relation, friend: friend, isOnline: await isOnline(friend.user.id)))
        }
        return FriendListResponse(friends: friends, total: count.first ?? 0)
    }
}
