public import HearthDatabase

extension Accounts: UserDirectory {
    /// Looks users up in one statement; those that do not exist or are deleted are left out.
    public func find(_ ids: [DatabaseUUID], in transaction: (any DatabaseTransaction)?) async throws -> [DirectoryUser] {
        try await store.users(ids, in: transaction).map(DirectoryUser.init)
    }

    /// Searches users by part of their name, whatever case and accents, or by their whole friend code, which finds nobody else.
    ///
    /// - Returns: a page of those who were found, by username, and how many there are on all pages
    public func search(
        _ search: UserSearch, in transaction: (any DatabaseTransaction)?
    ) async throws -> (users: [DirectoryUser], total: Int) {
        // No name has a NUL, and no engine compares with one.
        guard !search.text.utf8.contains(0) else { return ([], 0) }
        let (users, total) = try await store.search(search, in: transaction)
        return (users.map(DirectoryUser.init), total)
    }

    /// Lists all users by id, page by page; those that are deleted are left out.
    ///
    /// - Parameters:
    ///   - id: the last user of the page before; nil for the first page
    ///   - limit: 1 to 1,000
    public func page(
        after id: DatabaseUUID?, limit: Int, in transaction: (any DatabaseTransaction)?
    ) async throws -> [DirectoryUser] {
        try await store.page(after: id, limit: limit, in: transaction).map(DirectoryUser.init)
    }
}

extension DirectoryUser {
    /// What plugins may see of an account.
    init(_ user: User) {
        self.init(
            id: user.id, username: user.username, displayName: user.displayName, avatarURL: user.avatarURL,
            timezone: user.timezone, friendCode: user.friendCode, isPublic: user.isPublic, createdAt: user.createdAt,
            notificationsEnabled: user.notificationsEnabled, language: user.language)
    }
}
