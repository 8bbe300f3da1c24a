public import HearthDatabase

extension Accounts: UserDirectory {
    /// Looks users up in one statement; those that do not exist or are deleted are left out.
    public func find(_ ids: [DatabaseUUID]) async throws -> [DirectoryUser] {
        try await store.users(ids).map(DirectoryUser.init)
    }

    /// Searches users by part of their name, whatever case and accents, or by their whole friend code, which finds nobody else.
    ///
    /// - Parameters:
    ///   - text: at least 2 characters
    ///   - limit: 1 to 100
    /// - Returns: those with a public profile first, then by username
    public func search(_ text: String, limit: Int) async throws -> [DirectoryUser] {
        // No name has a NUL, and no engine compares with one.
        guard !text.utf8.contains(0) else { return [] }
        return try await store.search(text, limit: limit).map(DirectoryUser.init)
    }
}

extension DirectoryUser {
    /// What plugins may see of an account.
    init(_ user: User) {
        self.init(
            id: user.id, username: user.username, displayName: user.displayName, avatarURL: user.avatarURL,
            timezone: user.timezone,
            friendCode: user.friendCode, isPublic: user.isPublic, createdAt: user.createdAt)
    }
}
