import HearthAddresses
public import HearthConfiguration
public import HearthThreads
public import NIOCore
import Synchronization

/// Calls other servers for plugins: only those that the operator has granted, within time and size limits, again when that
/// helps, and not at all for a while when it does not.
public final class OutboundClient: Sendable {
    /// On whose behalf a call is made.
    public struct Caller: Sendable {
        let owner: String
        let grant: ClientGrant?
        let networksSetting: String

        /// - Parameters:
        ///   - owner: the plugin
        ///   - grant: whom it may call; nil: nobody
        ///   - networksSetting: where the operator grants networks that are not public; nil for the plugin's table in `plugins.conf`
        public init(owner: String, grant: ClientGrant?, networksSetting: String? = nil) {
            self.owner = owner
            self.grant = grant
            self.networksSetting = networksSetting ?? "plugins.conf under [plugins.\(owner).client] private"
        }

        /// Refuses a URL whose host is an address, in whatever form, that may not be connected to. What a name means is found out
        /// when it is called.
        ///
        /// - Throws: ``ClientError`` with the code ``ClientError/privateAddress``
        public func check(_ url: ClientURL) throws(ClientError) {
            if let address = SystemResolver.literal(url.host) { try check([address], of: url) }
        }

        /// - Parameter addresses: all of them, not only the one that is tried first: a name that means both is an attack or a mistake
        func check(_ addresses: [IPAddress], of url: ClientURL) throws(ClientError) {
            guard let grant, let address = addresses.first(where: { !grant.allows($0) }) else { return }
            throw ClientError(
                .denied, code: ClientError.privateAddress,
                "\(url.host) has the address \(address.text), which is not public: grant its network in \(networksSetting)")
        }
    }

    /// How many calls a caller may have under way.
    static let mostCalls = 100
    /// How many redirects are followed.
    private static let mostRedirects = 5

    private let transport: any ClientTransport
    private let resolver: any AddressResolver
    private let now: @Sendable () -> Int64
    private let uptime: @Sendable () -> Deadline
    private let observe: @Sendable (ClientObservation) -> Void
    private let breakers = CircuitBreakers()
    private let calls = Mutex<[String: Int]>([:])

    /// - Parameters:
    ///   - transport: sends single requests
    ///   - resolver: finds addresses
    ///   - now: microseconds since 1970
    ///   - uptime: the clock by which circuit breakers rest
    ///   - observe: hears of every request
    public init(
        transport: any ClientTransport = NetworkTransport(), resolver: any AddressResolver = SystemResolver(),
        now: @escaping @Sendable () -> Int64, uptime: @escaping @Sendable () -> Deadline,
        observe: @escaping @Sendable (ClientObservation) -> Void = { _ in }
    ) {
        self.transport = transport
        self.resolver = resolver
        self.now = now
        self.uptime = uptime
        self.observe = observe
    }

    /// The origins that are left alone at the moment.
    public var openCircuits: [OpenCircuit] { breakers.open.map { OpenCircuit(owner: $0.owner, origin: $0.origin) } }

    /// Closes all connections.
    public func shutdown() async {
        await transport.shutdown()
        await (resolver as? SystemResolver)?.shutdown()
    }

    /// Sends a request and collects the response.
    ///
    /// - Parameters:
    ///   - request: what is sent
    ///   - caller: on whose behalf
    ///   - end: when nobody waits any more
    public func send(
        _ request: ClientRequest, for caller: Caller, until end: Deadline
    ) async throws(ClientError) -> (response: ClientResponse, body: ByteBuffer) {
        try await run(request, caller, until: end) { response async throws(ClientError) in
            (response, try await response.body.collect())
        }
    }

    /// Sends a request and returns with the head of the response.
    ///
    /// - Parameter end: as for ``send(_:for:until:)``; of the pieces that follow, none takes longer than the request's time-out
    public func open(
        _ request: ClientRequest, for caller: Caller, until end: Deadline
    ) async throws(ClientError) -> ClientResponse {
        try await run(request, caller, until: end) { response async throws(ClientError) in response }
    }

    // MARK: Attempts

    private func run<R: Sendable>(
        _ request: ClientRequest, _ caller: Caller, until end: Deadline,
        _ receive: @escaping @Sendable (ClientResponse) async throws(ClientError) -> R
    ) async throws(ClientError) -> R {
        try request.check()
        let url = try ClientURL(request.url)
        try enter(caller)
        defer { leave(caller) }
        let end = min(end, .after(request.timeout))
        return try await TimeLimit.run(Self.time(until: end), "the call of \(url.origin)") {
            try await self.attempt(request, url, caller, until: end, receive)
        }
    }

    private func enter(_ caller: Caller) throws(ClientError) {
        let isAdmitted = calls.withLock { calls in
            guard calls[caller.owner, default: 0] < Self.mostCalls else { return false }
            calls[caller.owner, default: 0] += 1
            return true
        }
        guard isAdmitted else { throw ClientError(.busy, "\(caller.owner) has \(Self.mostCalls) calls under way") }
    }

    private func leave(_ caller: Caller) { calls.withLock { $0[caller.owner]? -= 1 } }

    private func attempt<R: Sendable>(
        _ request: ClientRequest, _ url: ClientURL, _ caller: Caller, until end: Deadline,
        _ receive: @Sendable (ClientResponse) async throws(ClientError) -> R
    ) async throws -> R {
        let canBeRepeated = if case .bytes = request.body { true } else { false }
        for attempt in 1... {
            let isLast = attempt >= request.attempts || !canBeRepeated
            var pause: Duration
            do throws(ClientError) {
                let response = try await follow(request, url, caller, until: end)
                pause = Retrying.pause(after: attempt, retryAfter: response.header("retry-after"), now: now())
                let isWorthIt = request.isIdempotent && Retrying.statuses.contains(response.status) && !isLast
                // A pause that the time does not allow would turn an answer into a failure.
                guard isWorthIt, Self.time(until: end) > pause else { return try await receive(response) }
            } catch {
                pause = Retrying.pause(after: attempt, retryAfter: nil, now: now())
                let mayRepeat = error.isUnsent || request.isIdempotent && error.isTransient && error.code != Self.isOpen
                guard mayRepeat, !isLast, Self.time(until: end) > pause else { throw error }
            }
            try await Task.sleep(for: pause)
        }
        throw ClientError(.failed, "no attempt was made")
    }

    private static func time(until end: Deadline) -> Duration {
        let (now, end) = (Deadline.now.uptimeNanoseconds, end.uptimeNanoseconds)
        return end > now ? .nanoseconds(Int64(clamping: end - now)) : .zero
    }

    // MARK: Redirects

    private func follow(
        _ request: ClientRequest, _ first: ClientURL, _ caller: Caller, until end: Deadline
    ) async throws(ClientError) -> ClientResponse {
        var (url, method, headers, body) = (first, request.method, request.headers, request.body)
        if !headers.contains(where: { $0.name.lowercased() == "user-agent" }) { headers.append(("User-Agent", "Hearth")) }
        for hop in 0... {
            let answer = try await exchange(method, url, headers, body, caller, until: end)
            let timeout = request.timeout
            let response = ClientResponse(
                status: answer.status, headers: answer.headers, url: url,
                body: ClientBody(limit: request.responseLimit, pieceLimit: { timeout }, read: answer.read))
            guard request.followsRedirects, [301, 302, 303, 307, 308].contains(answer.status),
                let location = response.header("location")
            else { return response }
            guard hop < Self.mostRedirects else {
                throw ClientError(.failed, code: "redirects", "\(first.origin) redirects more than \(Self.mostRedirects) times")
            }
            let next = try ClientURL(location, relativeTo: url)
            let becomesGet = answer.status == 303 && method != "HEAD" || answer.status < 303 && method == "POST"
            if becomesGet {
                method = "GET"
                body = .bytes(ByteBuffer())
                headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
            } else if case .stream = body {
                // What was sent piece by piece is gone; the caller may send it there himself.
                return response
            }
            if next.origin != url.origin {
                let secret: Set<String> = ["authorization", "cookie"]
                headers.removeAll { secret.contains($0.name.lowercased()) }
            }
            url = next
        }
        throw ClientError(.failed, "no request was sent")
    }

    // MARK: One exchange

    static let isOpen = "circuit_open"

    private func exchange(
        _ method: String, _ url: ClientURL, _ headers: [(name: String, value: String)], _ body: ClientRequest.Body,
        _ caller: Caller, until end: Deadline
    ) async throws(ClientError) -> TransportResponse {
        let start = Deadline.now
        let result: Result<TransportResponse, ClientError>
        do throws(ClientError) {
            result = .success(try await exchangeUnseen(method, url, headers, body, caller, until: end))
        } catch { result = .failure(error) }
        observe(ClientObservation(caller.owner, url, result.map(\.status), since: start))
        return try result.get()
    }

    private func exchangeUnseen(
        _ method: String, _ url: ClientURL, _ headers: [(name: String, value: String)], _ body: ClientRequest.Body,
        _ caller: Caller, until end: Deadline
    ) async throws(ClientError) -> TransportResponse {
        guard let grant = caller.grant, grant.allows(scheme: url.scheme, host: url.host, port: url.port) else {
            throw ClientError(
                .denied, code: "destination",
                "\(url.origin) is not granted: list it in plugins.conf under [plugins.\(caller.owner).client] hosts")
        }
        let key = CircuitBreakers.Key(owner: caller.owner, origin: url.origin)
        guard breakers.admits(key, uptime()) else {
            throw ClientError(
                .unavailable, code: Self.isOpen, "\(url.origin) has failed \(CircuitBreakers.threshold) times in a row and rests")
        }
        do throws(ClientError) {
            let answer = try await connect(method, url, headers, body, caller)
            if [502, 503, 504].contains(answer.status) { breakers.failed(key, uptime()) } else { breakers.succeeded(key) }
            return answer
        } catch {
            // Who gives up before the time is over says nothing about the server.
            let isGivenUp = error.kind == .cancelled && !end.hasPassed
            if isGivenUp || error.kind == .denied || error.kind == .busy {
                breakers.abandoned(key, uptime())
            } else {
                breakers.failed(key, uptime())
            }
            throw error
        }
    }

    private func connect(
        _ method: String, _ url: ClientURL, _ headers: [(name: String, value: String)], _ body: ClientRequest.Body,
        _ caller: Caller
    ) async throws(ClientError) -> TransportResponse {
        guard transport.usesNetwork else {
            return try await transport.send(
                TransportRequest(method: method, url: url, address: nil, headers: headers, body: body))
        }
        let addresses = try await resolver.addresses(of: url.host)
        try caller.check(addresses, of: url)
        var failure = ClientError(.unavailable, "\(url.host) has no address")
        for address in addresses.prefix(4) {
            do throws(ClientError) {
                return try await transport.send(
                    TransportRequest(method: method, url: url, address: address, headers: headers, body: body))
            } catch {
                guard error.isUnsent else { throw error }
                failure = error
            }
        }
        throw failure
    }
}
