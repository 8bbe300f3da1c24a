import HearthKit

/// A page of those whom a user blocks.
struct BlockedUsers: Output {
    let users: [BlockedUser]
    let total: Int

    static let schema = Schema<BlockedUsers>("BlockedUsers") {
        Field("users") { $0.users }
        Field("total", .docs("Of all pages.")) { $0.total }
    }
}

/// Somebody whom a user blocks.
struct BlockedUser: Output {
    let user: User

    static let schema = Schema<BlockedUser>("BlockedUser") {
        Field("user_id") { $0.user.id }
        Field("username") { $0.user.username }
        Field("avatar_url") { $0.user.avatarURL }
    }
}

extension Context {
    /// A page of those whom a user blocks.
    func blockedUsers(of user: UUID, _ page: PageQuery) async throws -> BlockedUsers {
        let (relations, count) = try await query(
            Relation.blocked(by: user, limit: page.limit, offset: page.offset).rows(Relation.self),
            Relation.blockedCount(by: user).rows(Int.self))
        let ids = relations.map { $0.pair.other(than: user) }
        let users = ids.isEmpty ? [] : try await users(ids)
        return BlockedUsers(
            users: ids.compactMap { id in users.first { $0.id == id }.map { BlockedUser(user: $0) } }, total: count.first ?? 0)
    }
}
