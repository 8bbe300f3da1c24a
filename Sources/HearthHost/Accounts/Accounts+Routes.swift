import HTTPTypes
import HearthHTTP
import HearthJSON

/// The routes of accounts. Paths, answers and texts are those of the habit contract; what differs is in its overrides file.
extension Accounts {
    /// All of them, for the dispatcher.
    var routes: [Route] { entryRoutes + profileRoutes }

    private var entryRoutes: [Route] {
        [
            Route(
                method: .post, paths: ["/auth/register"], access: .everybody, limit: .login,
                operation: Self.operation(
                    "Register", tag: "auth", body: ["application/json": Registration.schema],
                    answers: [
                        (201, "The account and a token", "TokenResponse"),
                        (409, "`Email already registered` or `Username already taken`", nil),
                        (503, "Too many passwords are being checked: try again after `Retry-After` seconds", nil),
                    ]),
                rules: Registration.rules, handler: HostHandler { try await self.register($0) }),
            Route(
                method: .post, paths: ["/auth/login"], access: .everybody, limit: .login,
                operation: Self.operation(
                    "Log in", tag: "auth",
                    body: ["application/json": Self.loginSchema, "application/x-www-form-urlencoded": Self.loginFormSchema],
                    answers: [
                        (200, "The account and a token", "TokenResponse"),
                        (401, "`Invalid email or password` or `Account has been deleted`", nil),
                        (503, "Too many passwords are being checked: try again after `Retry-After` seconds", nil),
                    ]),
                rules: Self.loginRules, handler: HostHandler { try await self.login($0) }),
            Route(
                method: .post, paths: ["/auth/logout"], access: .user,
                operation: Self.operation(
                    "Revoke the token of this request", tag: "auth",
                    answers: [(200, "`Successfully logged out`", "MessageResponse")]),
                handler: HostHandler { try await self.logout($0) }),
            Route(
                method: .get, paths: ["/auth/me"], access: .user,
                operation: Self.operation(
                    "The user who calls", tag: "auth", answers: [(200, "The user", "UserResponse")]),
                handler: HostHandler { try await self.me($0) }),
        ]
    }

    private var profileRoutes: [Route] {
        [
            Route(
                method: .get, paths: ["/users/me"], access: .user,
                operation: Self.operation(
                    "The user who calls", tag: "users", answers: [(200, "The user", "UserResponse")]),
                handler: HostHandler { try await self.me($0) }),
            Route(
                method: .put, paths: ["/users/me"], access: .user,
                operation: Self.operation(
                    "Change one's profile", tag: "users", body: ["application/json": ProfileChanges.schema],
                    answers: [
                        (200, "The user as he is now", "UserResponse"),
                        (409, "`Email already registered` or `Username already taken`", nil),
                    ]),
                rules: ProfileChanges.rules, handler: HostHandler { try await self.updateMe($0) }),
            Route(
                method: .get, paths: ["/users/{user_id}"], access: .optional,
                operation: Self.operation(
                    "A user's profile, if it is public or one's own", tag: "users",
                    parameters: [
                        ["name": "user_id", "in": "path", "required": true, "schema": ["type": "string", "format": "uuid"]]
                    ],
                    answers: [
                        (200, "The user; without e-mail address and settings unless it is oneself", "ProfileResponse"),
                        (403, "`This profile is private`", nil), (404, "`User not found`", nil),
                    ]),
                handler: HostHandler { try await self.profile($0) }),
            Route(
                method: .get, paths: ["/users/friend-code/{friend_code}"], access: .user,
                operation: Self.operation(
                    "The user with a friend code, also of a private profile: who knows the code has been told it", tag: "users",
                    parameters: [
                        ["name": "friend_code", "in": "path", "required": true, "schema": ["type": "string", "maxLength": 100]]
                    ],
                    answers: [
                        (200, "The user; without e-mail address and settings unless it is oneself", "ProfileResponse"),
                        (404, "`No user found with this friend code`", nil),
                    ]),
                handler: HostHandler { try await self.profile(withFriendCode: $0) }),
        ]
    }

    private static let passwordSchema: JSONValue = [
        "type": "string", "format": "password", "maxLength": 72, "description": "At most 72 bytes in UTF-8.",
    ]

    private static let loginSchema: JSONValue = [
        "type": "object", "required": ["email", "password"],
        "properties": [
            "email": ["type": "string", "description": "E-mail address or username"],
            "password": Accounts.passwordSchema,
        ],
    ]

    private static let loginFormSchema: JSONValue = [
        "type": "object", "required": ["username", "password"],
        "properties": [
            "username": ["type": "string", "description": "E-mail address or username"],
            "password": Accounts.passwordSchema,
        ],
    ]

    /// An OpenAPI Operation Object as text.
    private static func operation(
        _ summary: String, tag: String, parameters: [JSONValue] = [], body: JSONObject? = nil,
        answers: [(status: Int, description: String, schema: String?)]
    ) -> String {
        var operation: JSONObject = ["summary": .string(summary), "tags": [.string(tag)]]
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body {
            var content = JSONObject()
            for (type, schema) in body.members { content[type] = ["schema": schema] }
            operation["requestBody"] = ["required": true, "content": .object(content)]
        }
        var responses = JSONObject()
        for answer in answers {
            var response: JSONObject = ["description": .string(answer.description)]
            if let schema = answer.schema {
                let reference: JSONValue = ["$ref": .string("#/components/schemas/\(schema)")]
                response["content"] = ["application/json": ["schema": reference]]
            }
            responses["\(answer.status)"] = .object(response)
        }
        operation["responses"] = .object(responses)
        return JSONValue.object(operation).text
    }
}
