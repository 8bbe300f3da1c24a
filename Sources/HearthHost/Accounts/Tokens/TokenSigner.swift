import HearthDatabase
import HearthJSON
import JWTKit

/// Issues and verifies tokens: JWT with HS256 and nothing else, whatever a token says about itself.
struct TokenSigner: Sendable {
    /// The longest token that is looked at, in bytes. Checked before anything else is done with it.
    static let maximumBytes = 8 << 10

    /// What jwt-kit writes as the payload. Its own types of claims would write dates with fractions.
    private struct Payload: JWTPayload {
        let sub: String
        let iat: Int64
        let exp: Int64
        let jti: String

        // Tokens are not read through this type.
        func verify(using algorithm: some JWTAlgorithm) {}
    }

    private let keys: JWTKeyCollection
    private let algorithm: any JWTAlgorithm

    /// Takes over a key.
    ///
    /// - Parameter key: At least 32 bytes.
    init(key: [UInt8]) async throws {
        precondition(key.count >= 32, "the configuration refuses a shorter key")
        keys = await JWTKeyCollection().add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
        algorithm = try await keys.getKey()
    }

    /// Issues a token.
    func sign(_ token: AccessToken) async throws -> String {
        try await keys.sign(
            Payload(sub: "\(token.user)", iat: token.issuedAt, exp: token.expiresAt, jti: "\(token.id)"))
    }

    /// Reads a token.
    ///
    /// - Parameters:
    ///   - text: The token.
    ///   - now: Seconds since 1970-01-01 00:00 UTC.
    /// - Throws: ``TokenRefusal``
    func verify(_ text: Substring, now: Int64) throws(TokenRefusal) -> AccessToken {
        try AccessToken(payload: payload(of: text), now: now)
    }

    /// The payload of a token whose form and signature are right.
    ///
    /// jwt-kit's own verification decodes base64 leniently and header and payload with a decoder that accepts duplicate
    /// members, so here it only compares the signature, in constant time.
    func payload(of text: Substring) throws(TokenRefusal) -> [UInt8] {
        guard text.utf8.count <= Self.maximumBytes else { throw .malformed }
        let segments = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard segments.count == 3, let header = Base64URL.decode(segments[0]), let payload = Base64URL.decode(segments[1]),
            let signature = Base64URL.decode(segments[2]),
            case .object(let fields)? = try? JSONValue(parsing: header, maximumDepth: 2)
        else { throw .malformed }
        guard fields["alg"] == .string("HS256"), fields.members.allSatisfy({ ["alg", "typ", "kid"].contains($0.name) }) else {
            throw .signature
        }
        if let type = fields["typ"] {
            guard case .string(let type) = type, type.lowercased() == "jwt" else { throw .otherKind }
        }
        let signed = Array(text.utf8[..<segments[1].endIndex])
        guard (try? algorithm.verify(signature, signs: signed)) == true else { throw .signature }
        return payload
    }
}
