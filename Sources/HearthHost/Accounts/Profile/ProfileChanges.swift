import HearthDatabase
import HearthJSON

/// What somebody changes of his account: the columns with their new values.
struct ProfileChanges: Sendable {
    let columns: [(name: String, value: DatabaseValue)]

    /// The JSON Schema of the request. A null clears what can be empty and changes nothing else.
    static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "username": ["type": ["string", "null"], "format": "username", "minLength": 3, "maxLength": 30],
            "email": ["type": ["string", "null"], "format": "email", "maxLength": 254],
            "display_name": ["type": ["string", "null"], "maxLength": 100],
            "bio": ["type": ["string", "null"], "maxLength": 280],
            "avatar_url": ["type": ["string", "null"], "maxLength": 500],
            "timezone": [
                "type": ["string", "null"], "format": "timezone", "maxLength": 50, "examples": ["Europe/Paris"],
                "description": "IANA name. It decides what \"today\" is.",
            ],
            "is_public": ["type": ["boolean", "null"]],
            "notifications_enabled": [
                "type": ["boolean", "null"],
                "description":
                    "False: nothing is pushed to devices or mailed in digests. What comes is in the inbox all the same.",
            ],
            "language": Registration.language,
            "theme": ["type": ["string", "null"], "maxLength": 20, "examples": ["dark", "light"]],
        ],
    ]

    /// What the schema cannot say.
    @Sendable static func rules(_ body: JSONValue) -> [Violation] {
        ValueRule.violations(in: body, [("username", ValueRule.username), ("timezone", ValueRule.timezone)])
    }

    /// Reads a body that satisfies schema and rules.
    init(_ body: JSONObject) {
        var columns: [(name: String, value: DatabaseValue)] = []
        if case .string(let username)? = body["username"] {
            columns.append(("username", .text(username)))
            columns.append(("username_folded", .text(UserStore.folded(username))))
        }
        if case .string(let email)? = body["email"] {
            let email = EmailAddress.normalized(email)
            columns.append(("email", .text(email)))
            columns.append(("email_folded", .text(UserStore.folded(email))))
        }
        for name in ["display_name", "bio", "avatar_url", "timezone", "theme", "language"] {
            switch body[name] {
            case .string(let text)?: columns.append((name, .text(text)))
            case .null? where name != "timezone" && name != "theme": columns.append((name, .null))
            default: break
            }
        }
        for name in ["is_public", "notifications_enabled"] {
            if case .boolean(let value)? = body[name] { columns.append((name, .boolean(value))) }
        }
        self.columns = columns
    }
}
