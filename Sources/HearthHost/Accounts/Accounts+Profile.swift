import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import NIOCore

/// Profiles.
extension Accounts {
    func me(_ request: RoutedRequest) async throws -> ServerResponse {
        guard let actor = request.actor, let user = try await store.user(actor.userID) else { throw Self.notValid }
        return await answer(user, for: .himself, request)
    }

    func updateMe(_ request: RoutedRequest) async throws -> ServerResponse {
        guard let actor = request.actor else { throw Self.notValid }
        let body = try Self.body(of: request)
        let violations = ProfileChanges.rules(.object(body))
        guard violations.isEmpty else { throw HTTPError.invalid(violations) }
        let changes = ProfileChanges(body)
        let facets = facetMembers(of: body)
        let user = try await store.database.transaction(TransactionOptions(scope: .host)) { transaction in
            let user = try await self.store.update(actor.userID, changes, at: self.clock.now, in: transaction)
            try await self.extensions.notify(.changed, user: actor.userID, changes: facets, in: transaction)
            return user
        }
        forgetTokens(of: actor.userID)
        guard let user else { throw Self.notValid }
        return await answer(user, for: .himself, request)
    }

    func profile(_ request: RoutedRequest) async throws -> ServerResponse {
        guard let id = request.pathValues.first.flatMap({ DatabaseUUID($0) }), let user = try await store.user(id),
            !user.isDeleted
        else { throw HTTPError(.notFound, "User not found") }
        let isOwn = request.actor?.userID == id
        guard isOwn || user.isPublic else { throw HTTPError(.forbidden, "This profile is private") }
        return await answer(user, for: isOwn ? .himself : .others, request)
    }

    func profile(withFriendCode request: RoutedRequest) async throws -> ServerResponse {
        guard let code = request.pathValues.first?.uppercased(), let user = try await store.user(withFriendCode: code) else {
            throw HTTPError(.notFound, "No user found with this friend code")
        }
        return await answer(user, for: request.actor?.userID == user.id ? .himself : .others, request)
    }

    private func answer(_ user: User, for viewer: UserObject.Viewer, _ request: RoutedRequest) async -> ServerResponse {
        let object = await object(of: user, for: viewer, request: request)
        var json = JSONWriter()
        object.write(to: &json)
        return Self.response(json, status: .ok)
    }

    /// The members of a request that belong to facets.
    func facetMembers(of body: JSONObject) -> JSONObject {
        let names = extensions.members
        var members = JSONObject()
        for (name, value) in body.members where names[name] != nil { members[name] = value }
        return members
    }

    static func response(_ json: borrowing JSONWriter, status: HTTPResponse.Status) -> ServerResponse {
        .json(json.withBytes { ByteBuffer(bytes: $0) }, status: status)
    }

    /// The body as the dispatcher has validated it.
    static func body(of request: RoutedRequest) throws -> JSONObject {
        guard case .json(let bytes) = request.body,
            case .object(let object)? = try? bytes.withUnsafeReadableBytes({ try JSONValue(parsing: $0) })
        else { throw HTTPError(.badRequest, "A JSON object is expected") }
        return object
    }
}
