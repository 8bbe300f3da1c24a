import CHearth

/// A user, as plugins may see him.
public struct User: Sendable {
    /// The identifier.
    public let id: UUID
    /// The unique name.
    public let username: String
    /// The name to show; nil when not set.
    public let displayName: String?
    /// The picture; nil when not set.
    public let avatarURL: String?
    /// IANA name of the time zone.
    public let timezone: String
    /// The code by which friends find him.
    public let friendCode: String
    /// Whether everybody may see the profile.
    public let isPublic: Bool
    /// When he registered.
    public let createdAt: Timestamp
    /// Whether he wants to be told things; if not, nothing is to be pushed or mailed to him that he did not ask for.
    public let notificationsEnabled: Bool

    init(_ user: UnsafePointer<hearth_user>) {
        func optional(_ text: hearth_string) -> String? { text.length == 0 ? nil : String(text) }
        id = withUnsafeBytes(of: user.pointee.id) { UUID(bytes: $0) }
        username = String(user.pointee.username)
        displayName = optional(user.pointee.display_name)
        avatarURL = optional(user.pointee.avatar_url)
        timezone = String(user.pointee.timezone)
        friendCode = String(user.pointee.friend_code)
        isPublic = user.pointee.is_public != 0
        createdAt = Timestamp(microseconds: user.pointee.created_at)
        notificationsEnabled = user.pointee.notifications_enabled != 0
    }
}

extension Context {
    /// Looks users up in one statement; in a transaction as it sees them.
    ///
    /// - Parameter ids: At most 1,000.
    /// - Returns: Those that exist, in no particular order.
    /// - Throws: ``HostError``.
    public func users(_ ids: [UUID]) async throws -> [User] {
        let users = try runtime.users
        let bytes = ids.flatMap { id in id.withBytes { Array($0) } }
        return try await found { callback, box in
            bytes.withUnsafeBufferPointer {
                users.pointee.find(runtime.host, handle, $0.baseAddress, UInt64(ids.count), callback, box)
            }
        }
    }

    /// Searches users by part of their name, whatever the case and accents, or by their whole friend code, which finds nobody else.
    ///
    /// - Parameters:
    ///   - text: At least 2 characters.
    ///   - limit: 1 to 100.
    /// - Returns: Those with a public profile first, then by username.
    /// - Throws: ``HostError``.
    public func users(matching text: String, limit: Int = 20) async throws -> [User] {
        let users = try runtime.users
        return try await found { callback, box in
            text.lending { users.pointee.search(runtime.host, handle, $0, UInt32(clamping: limit), callback, box) }
        }
    }

    /// Lists all users by id, page by page.
    ///
    /// - Parameters:
    ///   - id: The last user of the page before; nil for the first page.
    ///   - limit: 1 to 1,000.
    /// - Returns: Users by id; a page of fewer than the limit is the last one.
    /// - Throws: ``HostError``.
    public func users(after id: UUID?, limit: Int) async throws -> [User] {
        let users = try runtime.users
        return try await found { callback, box in
            func list(_ after: UnsafePointer<UInt8>?) -> hearth_status {
                users.pointee.list(runtime.host, handle, after, UInt32(clamping: limit), callback, box)
            }
            guard let id else { return list(nil) }
            return id.withBytes { list($0.bindMemory(to: UInt8.self).baseAddress) }
        }
    }

    private func found(_ call: (@escaping hearth_users_found, UnsafeMutableRawPointer) -> hearth_status) async throws -> [User] {
        try await ContinuationBox<[User]>.waiting(for: "the user search") { box in
            call(
                { user, error, users, count in
                    ContinuationBox<[User]>.resume(
                        user, error,
                        UnsafeBufferPointer(start: users, count: users == nil ? 0 : Int(count)).compactMap { $0.map { User($0) } }
                    )
                }, box)
        }
    }
}
