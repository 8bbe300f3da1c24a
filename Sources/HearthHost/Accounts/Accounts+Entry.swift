import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import NIOCore

/// Register, log in, log out.
extension Accounts {
    func register(_ request: RoutedRequest) async throws -> ServerResponse {
        let body = try Self.body(of: request)
        guard let registration = Registration(body) else { throw HTTPError.invalid(Registration.rules(.object(body))) }
        let user = try await register(registration, role: .user, facets: facetMembers(of: body), in: request.id)
        return try await entered(user, status: .created, request)
    }

    /// Adds an account, tells the observers, and gives it.
    ///
    /// - Throws: `HTTPError` 409 when the e-mail address or username is taken, 503 when too many passwords are being hashed,
    ///   400 when an observer refuses.
    func register(
        _ registration: Registration, role: User.Role, facets: JSONObject, in request: String
    ) async throws -> User {
        let hash = try await hashing { try await hasher.hash(registration.password) }
        // Friend codes are short, so one may be taken: a transaction in which a statement failed is over.
        for attempt in 1...5 {
            let now = clock.now
            let user = User(
                id: ids.next(), email: registration.email, username: registration.username, timezone: "UTC", theme: "dark",
                language: registration.language,
                isPublic: false, notificationsEnabled: true, friendCode: Self.newFriendCode(), role: role, createdAt: now,
                isDeleted: false)
            do {
                try await store.database.transaction(TransactionOptions(scope: .host)) { transaction in
                    try await self.store.insert(user, passwordHash: hash, in: transaction)
                    let entry = self.entry(
                        "auth.register", user.id, by: role == .admin ? nil : user.id, details: ["role": .string(role.rawValue)],
                        in: request)
                    _ = try await transaction.batch([entry.insertion])
                    try await self.extensions.notify(.created, user: user.id, changes: facets, in: transaction)
                }
                return user
            } catch let error as DatabaseError where Self.isTakenFriendCode(error) && attempt < 5 {
                continue
            }
        }
        throw HTTPError.unavailable()
    }

    func login(_ request: RoutedRequest) async throws -> ServerResponse {
        let (login, password) = try Self.credentials(of: request)
        let credentials = try await store.credentials(login: login)
        // Also without an account, so that the time does not tell.
        let verdict = try await hashing { try await hasher.verify(password, against: credentials?.passwordHash) }
        guard let credentials, case .right(let isOutdated) = verdict else { throw Self.wrongPassword }
        guard !credentials.user.isDeleted else { throw HTTPError.unauthorized("Account has been deleted") }
        // A full queue is no reason to refuse a right password: the hash is renewed another time.
        let hash = isOutdated ? try? await hasher.hash(password) : nil
        let entry = entry("auth.login", credentials.user.id, by: credentials.user.id, in: request.id)
        guard try await store.recordLogin(credentials, hash: hash, at: clock.now, noting: entry) else { throw Self.wrongPassword }
        return try await entered(credentials.user, status: .ok, request)
    }

    func logout(_ request: RoutedRequest) async throws -> ServerResponse {
        guard let text = request.headers[.authorization]?.dropFirst("Bearer ".count),
            let token = try? signer.verify(text, now: clock.now / 1_000_000)
        else { throw Self.notValid }
        let entry = entry("auth.logout", token.user, by: token.user, in: request.id)
        try await revocations.revoke(token, at: clock.now, noting: entry)
        cache.drop { $0.id == token.id }
        changed([token.id])
        return .json(ByteBuffer(string: #"{"message":"Successfully logged out"}"#))
    }

    private func entered(_ user: User, status: HTTPResponse.Status, _ request: RoutedRequest) async throws -> ServerResponse {
        let token = try await issueToken(for: user.id)
        let object = await object(of: user, for: .himself, request: request)
        var json = JSONWriter()
        json.beginObject()
        json.key("access_token")
        json.value(token)
        json.key("token_type")
        json.value("bearer")
        json.key("expires_in")
        json.value(settings.tokenMinutes * 60)
        json.key("user")
        object.write(to: &json)
        json.endObject()
        var response = Self.response(json, status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static let wrongPassword = HTTPError.unauthorized("Invalid email or password")

    /// What is answered when passwords come faster than they can be hashed.
    private func hashing<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let failure as PasswordHasher.Failure {
            let detail = failure == .busy ? "Too many people are logging in" : "Passwords cannot be checked at the moment"
            throw HTTPError.unavailable(detail, retryAfter: 2)
        }
    }

    /// Login name and password, of JSON or of an OAuth 2 form.
    private static func credentials(of request: RoutedRequest) throws -> (login: String, password: Password) {
        var fields = JSONObject()
        if case .form(let parts) = request.body {
            for part in parts { fields[part.name == "username" ? "email" : part.name] = .string(String(buffer: part.content)) }
        } else {
            fields = try body(of: request)
        }
        guard case .string(let login)? = fields["email"], case .string(let text)? = fields["password"],
            let password = try? Password(text)
        else { throw HTTPError.invalid(loginRules(.object(fields))) }
        return (login, password)
    }

    /// What the schema of a login cannot say.
    @Sendable static func loginRules(_ body: JSONValue) -> [Violation] {
        ValueRule.violations(in: body, [("password", ValueRule.anyPassword)])
    }

    private static func isTakenFriendCode(_ error: DatabaseError) -> Bool {
        error.kind == .unique && error.constraint?.contains("friend_code") == true
    }

    private static func newFriendCode() -> String {
        let digits = String(UInt32.random(in: 0 ... .max), radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
