import HTTPTypes
import HearthCache
import HearthDatabase
import HearthThreads
import Synchronization

@testable import HearthHTTP
@testable import HearthHost

/// A dispatcher that counts, with a clock that stands still. A token is the name of a user, and `admin` is an administrator;
/// `bad` is none.
final class LimitFixture: Sendable {
    struct Answer: Sendable {
        let status: Int
        let detail: String
        /// What the answer has beyond the fields of its handler.
        let fields: HTTPFields
        /// The fields of an error.
        let errorFields: HTTPFields

        var policy: String? { fields[.rateLimitPolicy] }
        var left: String? { fields[.rateLimit] }
    }

    private struct Users: Authenticator {
        func authenticate(token: String) async throws -> Actor {
            guard token != "bad" else { throw HTTPError.unauthorized() }
            let low = token.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }
            return Actor(userID: DatabaseUUID(high: 1, low: low), isAdmin: token == "admin", timezone: "UTC")
        }
    }

    struct Failure: Error {}

    let clock = ManualClock(now: 1_800_000_000_000_000)
    let metrics = MetricsRegistry()
    /// How often a handler was called.
    let calls = Atomic(0)
    private let dispatcher: Mutex<Dispatcher?> = Mutex(nil)

    /// - Parameters:
    ///   - cache: counts; nil for a local one with this clock
    init(
        user: Int = 100, address: Int = 300, login: Int = 10, cache: (any Cache)? = nil, isOff: Bool = false
    ) throws {
        let clock = clock
        var catalogue = RouteCatalogue()
        func route(
            _ path: String, _ access: Access, _ limit: RouteLimit = .standard, method: HTTPRequest.Method = .get,
            _ serve: @escaping @Sendable () throws -> ServerResponse = { ServerResponse() }
        ) -> Route {
            Route(
                method: method, paths: [path], access: access, limit: limit,
                operation: #"{"responses": {"200": {"description": "Fine"}}}"#,
                handler: HostHandler { _ in
                    self.calls.add(1, ordering: .relaxed)
                    return try serve()
                })
        }
        try catalogue.add(
            [
                route("/mine", .user), route("/also-mine", .user), route("/public", .everybody), route("/either", .optional),
                route("/admin", .admin), route("/login", .everybody, .login, method: .post) { throw HTTPError.unauthorized() },
                route("/own", .user, .own(requests: 2)), route("/other", .user, .own(requests: 3)),
                route("/free", .everybody, .none), route("/missing", .user) { throw HTTPError(.notFound, "Not there") },
                route("/broken", .user) { throw Failure() },
            ], schemas: [:], owner: "host")
        let limiter = RequestLimiter(
            cache: cache ?? LocalCache { clock.uptime }, limits: RateLimits(user: user, address: address, login: login),
            metrics: metrics)
        let made = Dispatcher(
            catalogue, authenticator: Users(), limits: .init(), defaultDeadline: .seconds(30), limiter: isOff ? nil : limiter)
        dispatcher.withLock { $0 = made }
    }

    func send(
        _ path: String, as user: String? = nil, from address: String? = "192.0.2.1", method: HTTPRequest.Method = .get
    ) async -> Answer {
        let request = ServerRequest(
            id: "test", method: method, path: "/api" + path, headers: user.map { [.authorization: "Bearer \($0)"] } ?? [:],
            remoteAddress: address)
        guard let dispatcher = dispatcher.withLock({ $0 }) else {
            return Answer(status: 0, detail: "", fields: [:], errorFields: [:])
        }
        do {
            let response = try await dispatcher.respond(request)
            return Answer(status: response.status.code, detail: "", fields: request.notes.answerFields, errorFields: [:])
        } catch let error as HTTPError {
            return Answer(
                status: error.status.code, detail: error.detail, fields: request.notes.answerFields, errorFields: error.headers)
        } catch {
            return Answer(status: 500, detail: "\(error)", fields: request.notes.answerFields, errorFields: [:])
        }
    }

    /// The statuses of so many requests, one after the other.
    func statuses(
        _ count: Int, _ path: String, as user: String? = nil, from address: String? = "192.0.2.1",
        method: HTTPRequest.Method = .get
    ) async -> [Int] {
        var statuses: [Int] = []
        for _ in 0..<count { statuses.append(await send(path, as: user, from: address, method: method).status) }
        return statuses
    }
}

/// A cache that answers when it is told to, or fails.
final class HeldCache: Cache {
    private let held = Mutex<[CacheCompletion]>([])
    private let failure: CacheError?

    init(failure: CacheError? = nil) { self.failure = failure }

    func run(_ command: CacheCommand, completion: @escaping CacheCompletion) {
        if let failure { completion(.failure(failure)) } else { held.withLock { $0.append(completion) } }
    }

    /// How many requests wait.
    var count: Int { held.withLock { $0.count } }

    /// Answers all that wait.
    func answer(_ answer: Result<CacheAnswer, CacheError>) {
        let waiting = held.withLock { held in
            defer { held = [] }
            return held
        }
        for completion in waiting { completion(answer) }
    }

    private final class None: CacheSubscription { func cancel() {} }

    func subscribe(
        _ channel: String, listening: @escaping @Sendable () -> Void, _ receive: @escaping @Sendable ([UInt8]) -> Void
    ) -> any CacheSubscription { None() }
    var statistics: CacheStatistics { CacheStatistics() }
    func shutdown() async {}
}
