import HearthKit

/// A friend code as somebody has typed it.
struct FriendCode: JSONDecodable {
    /// In upper case, as codes are given out.
    private let text: String

    static let jsonSchema: JSONValue = ["type": "string", "maxLength": 100]

    init(json: JSONValue) throws(DecodingFailure) { text = try String(json: json).uppercased() }

    /// The code; nil for what can be none.
    var code: String? {
        let isDigits = text.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte
        }
        return text.utf8.count == 8 && isDigits ? text : nil
    }
}

/// The code by which one is found without being public: whoever has been told it may ask.
struct FriendCodeResponse: Output {
    let user: User

    static let schema = Schema<FriendCodeResponse>("FriendCodeResponse") {
        Field("friend_code", .pattern("^[0-9A-F]{8}$")) { $0.user.friendCode }
        Field("username") { $0.user.username }
    }
}

extension Context {
    /// A user's own code.
    ///
    /// - Throws: ``Failure`` 404.
    func friendCode(of user: UUID) async throws -> FriendCodeResponse {
        guard let user = try await users([user]).first else { throw Failure.userNotFound }
        return FriendCodeResponse(user: user)
    }

    /// The user with a code.
    ///
    /// - Throws: ``Failure`` 404.
    func user(with code: FriendCode) async throws -> UUID {
        guard let code = code.code, let user = try await users(matching: code).users.first else {
            throw Failure.invalidCode
        }
        return user.id
    }
}
