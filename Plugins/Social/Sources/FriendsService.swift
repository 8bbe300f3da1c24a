import HearthKit

/// The service that tells others who is a friend of whom. Its contract is `docs/services/friends-1.schema.json`.
enum FriendsService {
    static let friends = ServiceMethod<FriendsQuestion, FriendsAnswer>("friends/1", "friends")
    static let relation = ServiceMethod<RelationQuestion, RelationAnswer>("friends/1", "relation")
    /// How many friends an answer has at most; with oneself among them, as many as a ranking takes.
    static let limit = 999
}

extension Setup {
    /// Provides `friends/1`.
    func provideFriends() {
        provide("friends/1") {
            ProvidedMethod(FriendsService.friends, "The friends of a user, the oldest friendship first, at most 999.") {
                context, question in
                FriendsAnswer(userIDs: try await context.friendIDs(of: question.userID))
            }
            ProvidedMethod(FriendsService.relation, "What is between two users.") { context, question in
                let pair = Pair(question.userID, question.otherID)
                let relation: Relation? = try await context.first(Relation.one(of: pair))
                return RelationAnswer(relation)
            }
        }
    }
}

extension Context {
    /// The friends of a user, the oldest friendship first.
    func friendIDs(of user: UUID) async throws -> [UUID] {
        try await query(Relation.friendIDs(of: user, limit: FriendsService.limit))
    }
}

/// Whose friends are asked for.
struct FriendsQuestion: Input {
    var userID = UUID.zero

    static let schema = Schema<FriendsQuestion>("FriendsQuestion") {
        Field("user_id", \.userID, .required)
    }
}

/// A user's friends.
struct FriendsAnswer: Output {
    let userIDs: [UUID]

    static let schema = Schema<FriendsAnswer>("FriendsAnswer") {
        Field("user_ids") { $0.userIDs }
    }
}

/// Between whom.
struct RelationQuestion: Input {
    var userID = UUID.zero
    var otherID = UUID.zero

    static let schema = Schema<RelationQuestion>("RelationQuestion") {
        Field("user_id", \.userID, .required)
        Field("other_id", \.otherID, .required)
    }
}

/// What is between two users.
struct RelationAnswer: Output {
    let areFriends: Bool
    let isBlocked: Bool

    init(_ relation: Relation?) {
        areFriends = relation?.status == .accepted
        isBlocked = relation.map { $0.blocks.low || $0.blocks.high } ?? false
    }

    static let schema = Schema<RelationAnswer>("RelationAnswer") {
        Field("friends") { $0.areFriends }
        Field("blocked", .docs("Whether one of the two blocks the other, whichever.")) { $0.isBlocked }
    }
}
