import HearthKit

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

    /// The user with a code, in whichever case it was typed.
    ///
    /// - Throws: ``Failure`` 404.
    func user(withCode text: String) async throws -> UUID {
        let code = text.uppercased()
        guard code.utf8.count == 8, code.utf8.allSatisfy({ (48...57).contains($0) || (65...70).contains($0) }),
            let user = try await users(matching: code, limit: 100).first(where: { $0.friendCode == code })
        else { throw Failure.invalidCode }
        return user.id
    }
}
