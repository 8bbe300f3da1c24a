import Foundation
import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import Logging
import NIOCore
import Synchronization
import TestServers
import Testing

@testable import HearthHost

/// Accounts on a database of their own, called as the dispatcher calls them.
struct AccountsFixture {
    /// What plugins would add: a facet `level` and `guild`, and an observer.
    final class Extensions: UserExtensions {
        struct Step: Equatable {
            let event: UserEvent
            let user: DatabaseUUID
            let changes: JSONObject
        }

        let members: JSONObject = ["level": ["type": "integer"], "guild": ["type": "string"]]
        let steps = Mutex<[Step]>([])
        let veto = Mutex<String?>(nil)

        func read(_ users: [DatabaseUUID], isPublic: Bool, request: RoutedRequest) async -> [JSONObject] {
            users.map { _ in ["level": 7] }
        }

        func notify(
            _ event: UserEvent, user: DatabaseUUID, changes: JSONObject, in transaction: any DatabaseTransaction
        ) async throws {
            if let message = veto.withLock({ $0 }) { throw HTTPError(.badRequest, message) }
            steps.withLock { $0.append(Step(event: event, user: user, changes: changes)) }
        }
    }

    struct Answer {
        let status: Int
        let body: JSONObject
        let headers: HTTPFields
        let errors: String

        subscript(name: String) -> JSONValue? { body[name] }

        var user: JSONObject {
            guard case .object(let user)? = body["user"] else { return [:] }
            return user
        }

        var token: String {
            guard case .string(let token)? = body["access_token"] else { return "" }
            return token
        }
    }

    let accounts: Accounts
    let database: any Database
    let clock = ManualClock(now: 1_800_000_000_000_000)
    let extensions = Extensions()
    private let dispatcher: Dispatcher

    init(folder: String, cost: Int = 4, key: String = "0123456789abcdef0123456789abcdef") async throws {
        let clock = clock
        database = try await openDatabase(in: folder)
        _ = try await HostMigrations.withRunner(database, now: { clock.now }, { try await $0.up() })
        accounts = try await Accounts(
            Accounts.Settings(signingKey: Array(key.utf8), bcryptCost: cost), database: database, extensions: extensions,
            ids: UUIDGenerator(now: { clock.now }), clock: clock, logger: Logger(label: "test"))
        var catalogue = RouteCatalogue()
        try catalogue.add(accounts.routes, schemas: accounts.components, owner: "host")
        dispatcher = Dispatcher(catalogue, authenticator: accounts, limits: .init(), defaultDeadline: .seconds(30))
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, form: String? = nil, token: String? = nil
    ) async throws -> Answer {
        var headers: HTTPFields = [:]
        if let token { headers[.authorization] = "Bearer \(token)" }
        headers[.contentType] = form == nil ? "application/json" : "application/x-www-form-urlencoded"
        let request = ServerRequest(
            id: "test", method: method, path: "/api" + path, headers: headers,
            body: RequestBody(bytes: ByteBuffer(string: form ?? body?.text ?? "")))
        do {
            let response = try await dispatcher.respond(request)
            guard case .bytes(let bytes) = response.body, case .object(let object) = try JSONValue(parsing: String(buffer: bytes))
            else {
                return Answer(status: response.status.code, body: [:], headers: response.headers, errors: "")
            }
            return Answer(status: response.status.code, body: object, headers: response.headers, errors: "")
        } catch let error as HTTPError {
            return Answer(
                status: error.status.code, body: ["detail": .string(error.detail)], headers: error.headers,
                errors: error.errors ?? "")
        }
    }

    func register(_ username: String, email: String? = nil, more: JSONObject = [:]) async throws -> Answer {
        var body: JSONObject = [
            "email": .string(email ?? "\(username)@example.org"), "username": .string(username), "password": "Correct-horse-1",
        ]
        for (name, value) in more.members { body[name] = value }
        return try await send(.post, "/auth/register", .object(body))
    }

    func login(_ name: String, _ password: String = "Correct-horse-1") async throws -> Answer {
        try await send(.post, "/auth/login", ["email": .string(name), "password": .string(password)])
    }
}

/// Runs a body with fresh accounts, in a folder that goes afterwards.
func withAccounts<R>(cost: Int = 4, _ body: (AccountsFixture, String) async throws -> R) async throws -> R {
    let folder = "/tmp/hearth-accounts-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let fixture = try await AccountsFixture(folder: folder, cost: cost)
    let result = try await body(fixture, folder)
    await fixture.database.shutdown()
    try await TestDatabase.drop(for: folder)
    return result
}
