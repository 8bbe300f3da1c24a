import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import Logging
import Synchronization

/// The accounts: who the users are, and how they prove it.
public final class Accounts: Sendable {
    /// What the operator decides.
    public struct Settings: Sendable {
        /// What tokens are signed with: at least 32 bytes.
        public var signingKey: [UInt8]
        /// How long an access token is valid, in minutes.
        public var tokenMinutes: Int
        /// The cost of hashing a password: each step doubles the time.
        public var bcryptCost: Int

        /// - Parameters:
        ///   - signingKey: what tokens are signed with: at least 32 bytes
        ///   - tokenMinutes: how long an access token is valid
        ///   - bcryptCost: the cost of hashing a password
        public init(signingKey: [UInt8], tokenMinutes: Int = 43_200, bcryptCost: Int = 12) {
            self.signingKey = signingKey
            self.tokenMinutes = tokenMinutes
            self.bcryptCost = bcryptCost
        }
    }

    let settings: Settings
    let store: UserStore
    let revocations: Revocations
    let hasher: PasswordHasher
    let signer: TokenSigner
    let cache = TokenCache<Actor>()
    let onChange = Mutex<@Sendable (Set<DatabaseUUID>) -> Void>({ _ in })
    let extensions: any UserExtensions
    let ids: UUIDGenerator
    let clock: any HostClock
    let logger: Logger

    /// Makes the component; the database has to be migrated before its first use.
    ///
    /// - Parameters:
    ///   - settings: What the operator decides.
    ///   - database: Where the accounts are.
    ///   - extensions: What plugins add.
    ///   - ids: Makes the ids of users and tokens.
    ///   - clock: Decides which tokens are valid.
    ///   - logger: Where trouble is reported.
    public init(
        _ settings: Settings, database: any Database, extensions: any UserExtensions, ids: UUIDGenerator,
        clock: any HostClock, logger: Logger
    ) async throws {
        self.settings = settings
        self.extensions = extensions
        self.ids = ids
        self.clock = clock
        self.logger = logger
        store = UserStore(database: database)
        revocations = Revocations(database: database)
        hasher = PasswordHasher(cost: settings.bcryptCost)
        signer = try await TokenSigner(key: settings.signingKey)
    }

    /// Issues an access token.
    func issueToken(for user: DatabaseUUID) async throws -> String {
        let seconds = clock.now / 1_000_000
        return try await signer.sign(
            AccessToken(user: user, id: ids.next(), issuedAt: seconds, expiresAt: seconds + Int64(settings.tokenMinutes) * 60))
    }

    /// The user's object with what facets add.
    func object(of user: User, for viewer: UserObject.Viewer, request: RoutedRequest) async -> UserObject {
        let facets = await extensions.read([user.id], isPublic: viewer == .others, request: request)
        return UserObject(user: user, facets: facets.first ?? JSONObject(), viewer: viewer)
    }
}
