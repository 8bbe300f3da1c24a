import HearthKit

/// Who are friends, as whoever provides `friends/1` knows.
enum Friends {
    private static let friends = ServiceMethod<User, List>("friends/1", "friends")
    private static let relation = ServiceMethod<Pair, Relation>("friends/1", "relation")

    /// Whether two users may fight: friends only. Where nobody knows about friends, all users of the host may: a fight without a
    /// bet costs nobody anything, and nobody's coins are staked unless he agrees.
    static func mayMeet(_ user: UUID, _ other: UUID, in context: Context) async throws -> Bool {
        let relation = try await context.call(relation, Pair(user: user, other: other))
        return relation.map { $0.areFriends && !$0.isBlocked } ?? true
    }

    /// The friends of a user; none where nobody knows about friends.
    static func of(_ user: UUID, in context: Context) async throws -> [UUID] {
        try await context.call(friends, User(id: user))?.ids ?? []
    }

    private struct User: Output {
        let id: UUID

        static let schema = Schema<User>("FriendsUser") { Field("user_id") { $0.id } }
    }

    private struct List: Input {
        var ids: [UUID] = []

        static let schema = Schema<List>("FriendsList") { Field("user_ids", \.ids, .required) }
    }

    private struct Pair: Output {
        let user: UUID
        let other: UUID

        static let schema = Schema<Pair>("FriendsPair") {
            Field("user_id") { $0.user }
            Field("other_id") { $0.other }
        }
    }

    private struct Relation: Input {
        var areFriends = false
        var isBlocked = false

        static let schema = Schema<Relation>("FriendsRelation") {
            Field("friends", \.areFriends, .required)
            Field("blocked", \.isBlocked, .required)
        }
    }
}
