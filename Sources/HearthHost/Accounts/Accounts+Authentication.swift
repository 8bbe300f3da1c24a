import HearthDatabase
import HearthHTTP
import Synchronization

extension Accounts: Authenticator {
    /// Verifies a bearer token. One that was verified before costs a look-up in memory.
    ///
    /// - Parameter token: the text behind `Bearer`
    /// - Returns: who it belongs to
    /// - Throws: `HTTPError` 401 when it is not valid; `DatabaseError`
    public func authenticate(token: String) async throws -> Actor {
        guard token.utf8.count <= TokenSigner.maximumBytes else { throw Self.notValid }
        let seconds = clock.now / 1_000_000
        if let known = cache.entry(for: token) {
            guard known.token.expiresAt > seconds else { throw Self.notValid }
            return known.owner
        }
        return try await verify(token, at: seconds)
    }

    private func verify(_ text: String, at seconds: Int64) async throws -> Actor {
        guard let token = try? signer.verify(text[...], now: seconds) else { throw Self.notValid }
        let moment = cache.moment
        let (user, isRevoked) = try await store.owner(of: token)
        guard let user, !isRevoked else { throw Self.notValid }
        guard !user.isDeleted else { throw HTTPError.unauthorized("User account has been deleted") }
        let actor = Actor(
            userID: user.id, isAdmin: user.role == .admin, timezone: user.timezone, language: user.language,
            session: Actor.Session(id: token.id, expiresAt: token.expiresAt))
        cache.insert(.init(owner: actor, token: token), for: text, since: moment)
        return actor
    }

    /// The one answer to whatever is wrong with a token.
    static let notValid = HTTPError.unauthorized("Could not validate credentials")

    /// Forgets what is remembered of a user's tokens.
    func forgetTokens(of user: DatabaseUUID) {
        cache.drop { $0.user == user }
        changed([user])
    }

    /// Whether the token of somebody who was authenticated by it still is one.
    ///
    /// - Throws: `DatabaseError` when that cannot be known
    func isValid(_ actor: Actor) async throws -> Bool {
        guard let session = actor.session, session.expiresAt > clock.now / 1_000_000 else { return false }
        let token = AccessToken(user: actor.userID, id: session.id, issuedAt: 0, expiresAt: session.expiresAt)
        let (user, isRevoked) = try await store.owner(of: token)
        return user?.isDeleted == false && !isRevoked
    }

    /// Calls a body with the ids of tokens and users about which something has changed, here or on another host.
    func follow(_ body: @escaping @Sendable (Set<DatabaseUUID>) -> Void) { onChange.withLock { $0 = body } }

    /// Tells who follows.
    func changed(_ ids: Set<DatabaseUUID>) { onChange.withLock { $0 }(ids) }
}
