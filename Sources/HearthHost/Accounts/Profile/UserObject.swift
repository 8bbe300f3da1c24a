import HearthDatabase
import HearthJSON

/// A user as clients see him: what the host knows and what facets add.
struct UserObject: Sendable {
    /// Who looks at him.
    enum Viewer: Sendable {
        case himself
        /// Sees neither e-mail address nor settings.
        case others
    }

    let user: User
    /// The members that facets answered.
    let facets: JSONObject
    let viewer: Viewer

    /// The game's members, with the values that they have until a facet owns them.
    static let game: [(name: String, value: Int)] = [
        ("level", 1), ("total_xp", 0), ("coins", 0), ("current_streak", 0), ("best_streak", 0),
    ]

    /// The host's members that everybody sees.
    static let publicMembers = [
        "id", "email", "username", "display_name", "bio", "avatar_url", "friend_code", "is_public", "is_active", "created_at",
    ]

    /// The host's members that only the user himself sees.
    static let settings = ["timezone", "language", "theme", "notifications_enabled", "role"]

    /// The names that no facet can have: those of the object and of what is sent to change it.
    static let members = Set(publicMembers + settings + ["password"])

    /// Writes the object.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        user.id.withBytes { json.uuid($0) }
        json.key("email")
        switch viewer {
        case .himself: json.value(user.email)
        case .others: json.null()
        }
        json.key("username")
        json.value(user.username)
        write("display_name", user.displayName, to: &json)
        write("bio", user.bio, to: &json)
        write("avatar_url", user.avatarURL, to: &json)
        json.key("friend_code")
        json.value(user.friendCode)
        json.key("is_public")
        json.value(user.isPublic)
        json.key("is_active")
        json.value(!user.isDeleted)
        json.key("created_at")
        json.timestamp(user.createdAt)
        if viewer == .himself { writeSettings(to: &json) }
        for (name, value) in Self.game where facets[name] == nil {
            json.key(name)
            json.value(value)
        }
        for (name, value) in facets.members {
            json.key(name)
            value.write(to: &json)
        }
        json.endObject()
    }

    private func writeSettings(to json: inout JSONWriter) {
        json.key("timezone")
        json.value(user.timezone)
        write("language", user.language, to: &json)
        json.key("theme")
        json.value(user.theme)
        json.key("notifications_enabled")
        json.value(user.notificationsEnabled)
        json.key("role")
        json.value(user.role.rawValue)
    }

    private func write(_ name: String, _ text: String?, to json: inout JSONWriter) {
        json.key(name)
        if let text { json.value(text) } else { json.null() }
    }
}
