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
    /// The language that he has chosen, such as `fr`; nil for none.
    public let language: String?

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
        language = optional(user.pointee.language)
    }
}

/// A page of users who were found.
public struct FoundUsers: Sendable {
    /// By username.
    public let users: [User]
    /// How many were found, those of the other pages included.
    public let total: Int
}

extension Context {
    /// Looks users up in one statement; in a transaction as it sees them.
    ///
    /// - Parameter ids: At most 1,000.
    /// - Returns: Those that exist, in no particular order.
    /// - Throws: ``HostError``.
    public func users(_ ids: [UUID]) async throws -> [User] {
        let users = try runtime.users
        let bytes = Self.bytes(of: ids)
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
    ///   - viewer: Who finds those whose profile is public and those whom he knows, but not himself; nil to find everybody.
    ///   - known: Whom he knows, at most 1,000.
    ///   - limit: 1 to 100.
    ///   - offset: How many of those who are found to leave out.
    /// - Throws: ``HostError``.
    public func users(
        matching text: String, foundBy viewer: UUID? = nil, knowing known: [UUID] = [], limit: Int = 20, offset: Int = 0
    ) async throws -> FoundUsers {
        let users = try runtime.users
        let ids = Self.bytes(of: known)
        return try await ContinuationBox<FoundUsers>.waiting(for: "the user search") { box in
            text.lending { text in
                ids.withUnsafeBufferPointer { ids in
                    func search(_ viewer: UnsafePointer<UInt8>?) -> hearth_status {
                        var search = hearth_user_search(
                            size: UInt32(MemoryLayout<hearth_user_search>.size), limit: UInt32(clamping: limit),
                            offset: UInt64(clamping: offset), text: text, viewer_id: viewer, known_ids: ids.baseAddress,
                            known_count: UInt64(known.count))
                        return users.pointee.search(
                            runtime.host, handle, &search,
                            { user, error, users, count, total in
                                ContinuationBox<FoundUsers>.resume(
                                    user, error, FoundUsers(users: Context.users(users, count), total: Int(clamping: total)))
                            }, box)
                    }
                    guard let viewer else { return search(nil) }
                    return viewer.withBytes { search($0.bindMemory(to: UInt8.self).baseAddress) }
                }
            }
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
            call({ user, error, users, count in ContinuationBox<[User]>.resume(user, error, Context.users(users, count)) }, box)
        }
    }

    private static func users(_ users: UnsafePointer<UnsafePointer<hearth_user>?>?, _ count: UInt64) -> [User] {
        UnsafeBufferPointer(start: users, count: users == nil ? 0 : Int(count)).compactMap { $0.map { User($0) } }
    }

    private static func bytes(of ids: [UUID]) -> [UInt8] { ids.flatMap { id in id.withBytes { Array($0) } } }
}
