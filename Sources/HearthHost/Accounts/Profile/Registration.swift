import HearthConfiguration
import HearthJSON

/// Who wants an account.
struct Registration: Sendable {
    let email: String
    let username: String
    let password: Password
    let language: String?

    /// The JSON Schema of the request.
    static let schema: JSONValue = [
        "type": "object",
        "required": ["email", "username", "password"],
        "properties": [
            "email": ["type": "string", "format": "email", "maxLength": 254, "examples": ["ada@example.org"]],
            "username": [
                "type": "string", "format": "username", "minLength": 3, "maxLength": 30, "examples": ["ada"],
                "description": "Letters and digits of any script, `_` and `-`; unique whatever the case.",
            ],
            "password": [
                "type": "string", "format": "password", "minLength": 8, "maxLength": 72, "examples": ["Correct-horse-1"],
                "description":
                    "An upper-case letter, a lower-case letter and a digit at least; at most 72 bytes in UTF-8.",
            ],
            "language": language,
        ],
    ]

    /// The JSON Schema of a user's language.
    static let language: JSONValue = [
        "type": ["string", "null"], "pattern": .string(LanguageTag.pattern), "examples": ["fr"],
        "description": "In which mails are written, such as `fr` or `fr-CA`.",
    ]

    /// What the schema cannot say.
    @Sendable static func rules(_ body: JSONValue) -> [Violation] {
        ValueRule.violations(in: body, [("username", ValueRule.username), ("password", ValueRule.password)])
    }

    /// Reads a body that satisfies schema and rules; nil for any other.
    init?(_ body: JSONObject) {
        guard Self.rules(.object(body)).isEmpty, case .string(let email)? = body["email"],
            case .string(let username)? = body["username"], case .string(let password)? = body["password"],
            let password = try? Password(password)
        else { return nil }
        self.email = EmailAddress.normalized(email)
        self.username = username
        self.password = password
        if case .string(let language)? = body["language"] { self.language = language } else { language = nil }
    }
}

/// E-mail addresses.
enum EmailAddress {
    /// The domain in lower case, the rest as written.
    static func normalized(_ address: String) -> String {
        guard let at = address.lastIndex(of: "@") else { return address }
        return address[..<at] + address[at...].lowercased()
    }
}
