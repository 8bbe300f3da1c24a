import HTTPTypes
import HearthHTTP
import HearthJSON
import NIOCore

/// Calls the operations of a plugin that need nothing but a caller, and looks at the answers.
struct CheckedCalls: Sendable {
    let catalogue: RouteCatalogue
    let accounts: Accounts
    /// The plugin.
    let owner: String
    let report: CheckReport
    let log: CheckLog

    /// How long an answer may take, whatever deadline the route has.
    private static let limit = Duration.seconds(10)

    /// Calls them.
    ///
    /// - Parameter names: which; nil for all that can be called simply
    /// - Returns: those that answered well and soon
    func run(only names: Set<String>?) async -> Set<String> {
        let dispatcher = Dispatcher(
            catalogue, authenticator: accounts, limits: RequestReader.Limits(json: 1 << 20, body: 1 << 20, depth: 64),
            defaultDeadline: .seconds(5))
        guard let tokens = await enter(dispatcher) else { return [] }
        let own = catalogue.endpoints.filter { $0.route.owner == owner }
        let simple = own.filter { Self.isSimple($0) && names?.contains(Self.name($0)) != false }
        var well: Set<String> = []
        for endpoint in simple {
            var isWell = true
            for caller in Self.callers(endpoint.route.access) where isWell {
                isWell = await check(endpoint, as: caller, tokens, dispatcher)
            }
            if isWell { well.insert(Self.name(endpoint)) }
        }
        if names == nil {
            let rest = own.count > simple.count ? "; the others need parameters, a body or another method than GET" : ""
            report.pass("operations", "\(simple.count) of \(own.count) called\(rest)")
        }
        return well
    }

    // MARK: Callers

    private enum Caller: String {
        case nobody, user, administrator
    }

    private static func callers(_ access: Access) -> [Caller] {
        switch access {
        case .everybody: [.nobody]
        case .optional: [.nobody, .user]
        case .user: [.user]
        case .admin: [.administrator]
        }
    }

    /// Registers a user and an administrator, as clients do: facets and observers of the plugin take part.
    private func enter(_ dispatcher: Dispatcher) async -> [Caller: String]? {
        let password = "Throw-away-1"
        report.step("POST /api/auth/register")
        do {
            let user = try await token(
                dispatcher, "/api/auth/register",
                ["email": "user@check.example", "username": "check_user", "password": .string(password)])
            report.step("POST /api/auth/login")
            _ = try await accounts.createAdmin(email: "admin@check.example", username: "check_admin", password: password)
            let admin = try await token(
                dispatcher, "/api/auth/login", ["email": "admin@check.example", "password": .string(password)])
            report.take(log.take())
            guard let user, let admin else {
                report.fail("accounts", "\(report.current): the answer has no access_token")
                return nil
            }
            for path in ["/api/auth/me", "/api/users/me"] {
                report.step("GET \(path)")
                _ = try await dispatcher.respond(request(.get, path, token: user))
                report.take(log.take())
            }
            report.pass("accounts", "users register, log in and are shown")
            return [.user: user, .administrator: admin]
        } catch {
            report.take(log.take())
            report.fail("accounts", "\(report.current): \((error as? HTTPError)?.detail ?? "\(error)")")
            return nil
        }
    }

    private func token(_ dispatcher: Dispatcher, _ path: String, _ body: JSONObject) async throws -> String? {
        let answer = try await dispatcher.respond(
            request(.post, path, body: RequestBody(bytes: ByteBuffer(string: JSONValue.object(body).text))))
        guard case .bytes(let bytes) = answer.body, case .object(let object)? = try? JSONValue(parsing: String(buffer: bytes)),
            case .string(let token)? = object["access_token"]
        else { return nil }
        return token
    }

    private func request(
        _ method: HTTPRequest.Method, _ path: String, body: RequestBody = .empty, token: String? = nil
    ) -> ServerRequest {
        var headers: HTTPFields = [:]
        if let token { headers[.authorization] = "Bearer \(token)" }
        if !body.isEmpty { headers[.contentType] = "application/json" }
        return ServerRequest(id: "check", method: method, path: path, headers: headers, body: body, remoteAddress: "127.0.0.1")
    }

    // MARK: Calls

    private static func name(_ endpoint: Endpoint) -> String { "\(endpoint.route.method.rawValue) \(endpoint.template)" }

    private static func isSimple(_ endpoint: Endpoint) -> Bool {
        let operation = endpoint.operation
        return endpoint.route.method == .get && operation.path.isEmpty && operation.body == nil
            && !(operation.query + operation.headers).contains { $0.isRequired }
    }

    /// - Returns: whether it answered well and soon
    private func check(
        _ endpoint: Endpoint, as caller: Caller, _ tokens: [Caller: String], _ dispatcher: Dispatcher
    ) async -> Bool {
        let name = caller == .nobody ? Self.name(endpoint) : "\(Self.name(endpoint)) as \(caller.rawValue)"
        report.step(name)
        let begin = ContinuousClock.now
        let wanted = request(.get, endpoint.template, token: tokens[caller])
        let answer = await CheckedAnswer.of(limit: Self.limit) { try await dispatcher.respond(wanted) }
        var complaints = log.take()
        if complaints.contains(where: { $0.rule == "threads" }) {
            // The machine may have been busy with other things: a handler that blocks does it again.
            _ = await CheckedAnswer.of(limit: Self.limit) { try await dispatcher.respond(wanted) }
            if !log.take().contains(where: { $0.rule == "threads" }) { complaints.removeAll { $0.rule == "threads" } }
        }
        report.take(complaints)
        guard let answer else {
            report.fail("handlers", "\(name) had not answered after \(Self.limit)")
            return false
        }
        if let fault = answer.fault(by: endpoint.operation, components: catalogue.components) {
            report.fail("answers", "\(name) \(fault)")
            return false
        }
        return complaints.isEmpty && ContinuousClock.now - begin < .seconds(1)
    }
}
