import HearthDatabase
import HearthJSON

/// What an access token says.
struct AccessToken: Sendable, Equatable {
    /// Whom it was issued to.
    let user: DatabaseUUID
    /// Its own id, by which it is revoked.
    let id: DatabaseUUID
    /// When it was issued, in seconds since 1970-01-01 00:00 UTC.
    let issuedAt: Int64
    /// From when on it is void, in seconds since 1970-01-01 00:00 UTC.
    let expiresAt: Int64
}

extension AccessToken {
    /// By how much the clocks of two hosts may differ, in seconds.
    static let clockSkew: Int64 = 60

    /// Reads the payload of a token whose signature is right.
    ///
    /// - Parameter now: Seconds since 1970-01-01 00:00 UTC.
    /// - Throws: ``TokenRefusal`` when it is not an access token of this host that is valid now.
    init(payload: [UInt8], now: Int64) throws(TokenRefusal) {
        // The parser refuses duplicate members, of which two readers could see different ones.
        guard case .object(let claims)? = try? JSONValue(parsing: payload, maximumDepth: 4) else { throw .malformed }
        // Other kinds of tokens are signed with the same key; of those for somebody else there are none here.
        if let type = claims["type"], type != .string("access") { throw .otherKind }
        guard claims["aud"] == nil, claims["iss"] == nil else { throw .otherKind }
        guard case .string(let subject)? = claims["sub"], let user = DatabaseUUID(subject),
            case .string(let identifier)? = claims["jti"], let id = DatabaseUUID(identifier),
            case .integer(let issuedAt)? = claims["iat"], case .integer(let expiresAt)? = claims["exp"]
        else { throw .malformed }
        if let start = claims["nbf"] {
            guard case .integer(let start) = start else { throw .malformed }
            guard start <= now + Self.clockSkew else { throw .notYetValid }
        }
        guard issuedAt <= now + Self.clockSkew else { throw .notYetValid }
        guard expiresAt > now else { throw .expired }
        self.init(user: user, id: id, issuedAt: issuedAt, expiresAt: expiresAt)
    }
}

/// Why a token is not accepted. For tests and the log: a client learns only that it is not.
enum TokenRefusal: Error, Equatable {
    /// Longer than any token of this host, or not of the form of one.
    case malformed
    /// Not signed by this host, or not with its algorithm.
    case signature
    /// A token for something else, such as resetting a password.
    case otherKind
    /// Its time has passed.
    case expired
    /// Its time has not begun.
    case notYetValid
}
