public import HearthDatabase

/// Who the users are, for plugins that look them up: in the transaction that they are in, on its connection, or else in none.
public protocol UserDirectory: Sendable {
    /// Looks users up in one statement; those that do not exist are left out.
    func find(_ ids: [DatabaseUUID], in transaction: (any DatabaseTransaction)?) async throws -> [DirectoryUser]

    /// Searches users by part of their name, or by their whole friend code.
    ///
    /// - Returns: a page of those who were found, by username, and how many there are on all pages
    func search(
        _ search: UserSearch, in transaction: (any DatabaseTransaction)?
    ) async throws -> (users: [DirectoryUser], total: Int)

    /// Lists all users by id, page by page.
    ///
    /// - Parameters:
    ///   - id: the last user of the page before; nil for the first page
    ///   - limit: 1 to 1,000
    func page(
        after id: DatabaseUUID?, limit: Int, in transaction: (any DatabaseTransaction)?
    ) async throws -> [DirectoryUser]
}

/// Whom to search for, and which page of them.
public struct UserSearch: Sendable {
    /// Who searches, and finds those whose profile is public and those whom he knows, but not himself.
    public struct Viewer: Sendable {
        /// The user.
        public var id: DatabaseUUID
        /// Whom he knows.
        public var known: [DatabaseUUID]

        /// A user and whom he knows.
        public init(id: DatabaseUUID, known: [DatabaseUUID]) {
            self.id = id
            self.known = known
        }
    }

    /// Part of a username or display name, or a friend code; at least 2 characters.
    public var text: String
    /// 1 to 100.
    public var limit: Int
    /// How many of those who are found to leave out.
    public var offset: Int
    /// nil to find everybody.
    public var viewer: Viewer?

    /// Whom to search for.
    public init(_ text: String, limit: Int, offset: Int = 0, viewer: Viewer? = nil) {
        self.text = text
        self.limit = limit
        self.offset = offset
        self.viewer = viewer
    }
}

/// A user as plugins may see him.
public struct DirectoryUser: Sendable {
    /// The identifier.
    public var id: DatabaseUUID
    /// The unique name.
    public var username: String
    /// The name to show.
    public var displayName: String?
    /// The picture.
    public var avatarURL: String?
    /// IANA name of the time zone.
    public var timezone: String
    /// The code by which friends find him.
    public var friendCode: String
    /// Whether everybody may see the profile.
    public var isPublic: Bool
    /// Microseconds since 1970-01-01 00:00 UTC.
    public var createdAt: Int64
    /// Whether he wants to be disturbed.
    public var notificationsEnabled: Bool
    /// Such as `fr`; nil when not chosen.
    public var language: String?

    /// A user as plugins may see him.
    public init(
        id: DatabaseUUID, username: String, displayName: String?, avatarURL: String?, timezone: String, friendCode: String,
        isPublic: Bool, createdAt: Int64, notificationsEnabled: Bool, language: String?
    ) {
        self.id = id
        self.username = username
        self.displayName = displayName
        self.avatarURL = avatarURL
        self.timezone = timezone
        self.friendCode = friendCode
        self.isPublic = isPublic
        self.createdAt = createdAt
        self.notificationsEnabled = notificationsEnabled
        self.language = language
    }
}
