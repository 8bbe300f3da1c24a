import HearthDatabase

extension UserStore {
    /// Accounts by part of their name, whatever case and accents, by username. A friend code finds its account alone, and what is
    /// written as one finds nothing else, so that looking for one needs no look at all names.
    ///
    /// - Returns: a page, and how many there are on all pages
    func search(
        _ search: UserSearch, in transaction: (any DatabaseTransaction)? = nil
    ) async throws(DatabaseError) -> (users: [User], total: Int) {
        let code = search.text.uppercased()
        if code.utf8.count == 8,
            code.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "F") ~= $0 })
        {
            if let user = try await user(withFriendCode: code, in: transaction), search.finds(user) {
                return (search.offset == 0 ? [user] : [], 1)
            }
            if search.text == code { return ([], 0) }
        }
        var condition = """
            deleted_at IS NULL AND (hearth_fold(username) LIKE hearth_fold($1) ESCAPE '\\'
                OR hearth_fold(display_name) LIKE hearth_fold($1) ESCAPE '\\')
            """
        var parameters = [DatabaseValue.text(Self.pattern(search.text))]
        if let viewer = search.viewer {
            condition += " AND id <> $2 AND (is_public OR id IN ($3))"
            parameters += [.uuid(viewer.id), .list(viewer.known.map { .uuid($0) })]
        }
        let page = parameters + [.integer(Int64(search.limit)), .integer(Int64(search.offset))]
        let rows = try await query(
            """
            SELECT \(User.columns), count(*) OVER () FROM users WHERE \(condition)
            ORDER BY username LIMIT $\(page.count - 1) OFFSET $\(page.count)
            """, page, columns: User.types + [DatabaseType.integer], in: transaction)
        if let total = rows.rowCount > 0 ? rows.integer(0, User.types.count) : nil { return (User.all(rows), Int(total)) }
        guard search.offset > 0 else { return ([], 0) }
        // A page after the last one does not tell how many there are before it.
        let count = try await query(
            "SELECT count(*) FROM users WHERE \(condition)", parameters, columns: [DatabaseType.integer], in: transaction)
        return ([], Int(count.integer(0, 0) ?? 0))
    }

    /// The pattern of what contains a text.
    private static func pattern(_ text: String) -> String {
        var pattern = "%"
        for character in text.unicodeScalars {
            if character == "%" || character == "_" || character == "\\" { pattern.append("\\") }
            pattern.unicodeScalars.append(character)
        }
        return pattern + "%"
    }
}

extension UserSearch {
    /// Whether a user is found who has what is searched for.
    fileprivate func finds(_ user: User) -> Bool {
        guard let viewer else { return true }
        return user.id != viewer.id && (user.isPublic || viewer.known.contains(user.id))
    }
}
