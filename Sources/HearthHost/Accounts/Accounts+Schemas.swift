import HearthJSON

/// What accounts answer, for the API description.
extension Accounts {
    /// Schemas by the name under which the routes refer to them.
    var components: [String: JSONValue] {
        [
            "UserResponse": userSchema(
                email: ["type": "string", "format": "email"], alwaysThere: UserObject.publicMembers + UserObject.settings),
            "ProfileResponse": userSchema(
                email: ["type": ["string", "null"], "format": "email", "description": "Null unless it is oneself."],
                alwaysThere: UserObject.publicMembers),
            "TokenResponse": [
                "type": "object", "required": ["access_token", "token_type", "expires_in", "user"],
                "properties": [
                    "access_token": ["type": "string"],
                    "token_type": ["type": "string", "const": "bearer"],
                    "expires_in": ["type": "integer", "minimum": 1, "description": "Seconds."],
                    "user": ["$ref": "#/components/schemas/UserResponse"],
                ],
            ],
            "MessageResponse": [
                "type": "object", "required": ["message"], "properties": ["message": ["type": "string"]],
            ],
        ]
    }

    private func userSchema(email: JSONValue, alwaysThere: [String]) -> JSONValue {
        var properties: JSONObject = [
            "id": ["type": "string", "format": "uuid"],
            "email": email,
            "username": ["type": "string"],
            "display_name": ["type": ["string", "null"]],
            "bio": ["type": ["string", "null"]],
            "avatar_url": ["type": ["string", "null"]],
            "friend_code": ["type": "string", "pattern": "^[0-9A-F]{8}$"],
            "is_public": ["type": "boolean"],
            "is_active": ["type": "boolean"],
            "created_at": ["type": "string", "format": "date-time"],
            "timezone": ["type": "string", "description": "IANA name. It and the other settings are there only of oneself."],
            "language": ["type": ["string", "null"], "description": "In which mails are written; null: in the host's."],
            "theme": ["type": "string"],
            "notifications_enabled": ["type": "boolean"],
            "role": ["type": "string", "enum": ["user", "admin"]],
        ]
        var required: [JSONValue] = alwaysThere.map { .string($0) }
        for (name, value) in UserObject.game {
            properties[name] = [
                "type": "integer", "minimum": .integer(name == "level" ? 1 : 0), "default": .integer(Int64(value)),
            ]
            required.append(.string(name))
        }
        for (name, schema) in extensions.members.members { properties[name] = schema }
        return ["type": "object", "required": .array(required), "properties": .object(properties)]
    }
}
