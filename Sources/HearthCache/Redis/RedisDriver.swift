import HearthThreads
import Synchronization

/// What happens on the thread of a Redis client.
///
/// `@unchecked Sendable`: the links and digests are used on the loop's thread alone; what other threads touch is behind the
/// mutex.
final class RedisDriver: @unchecked Sendable {
    typealias Finish = (Result<RedisReply, CacheError>) -> Void

    private struct Call: Sendable {
        let command: CacheCommand
        let size: Int
        let deadline: Deadline
        let completion: CacheCompletion
    }

    private struct Gate {
        var breaker: CircuitBreaker
        var isReady = false
        var isStopped = false
        var arrived: [Call] = []
        var count = 0
        var bytes = 0
        /// Who waits for the end of the first attempt to connect.
        var starters: [@Sendable () -> Void]? = []
    }

    private let loop: EventLoop
    private let configuration: RedisConfiguration
    private let gate: Mutex<Gate>
    private let commands: RedisLink
    private let messages: RedisSubscriber
    private var digests: [RedisScript: String] = [:]

    init(_ loop: EventLoop, _ configuration: RedisConfiguration, _ channels: LocalChannels) {
        self.loop = loop
        self.configuration = configuration
        gate = Mutex(
            Gate(breaker: CircuitBreaker(threshold: configuration.failureThreshold, rest: configuration.breakerRest)))
        commands = RedisLink(loop, configuration, purpose: "commands")
        messages = RedisSubscriber(loop, configuration, channels)
        commands.onUp = { [weak self] in self?.up($0) }
        commands.onDown = { [weak self] in
            self?.gate.withLock { $0.isReady = false }
            self?.hasTried()
        }
    }

    /// Begins to connect; the body is called when the first attempt has ended, well or not.
    func start(_ hasTried: @escaping @Sendable () -> Void) {
        gate.withLock { $0.starters?.append(hasTried) }
        loop.execute { self.commands.start() }
    }

    /// Follows a channel that has got its first or lost its last subscriber.
    func update(_ channel: String) { loop.execute { self.messages.update(channel) } }

    /// Closes the connections; `done` is called when they are closed.
    func stop(_ done: @escaping @Sendable () -> Void) {
        let isFirst = gate.withLock { gate in
            defer { gate.isStopped = true }
            return !gate.isStopped
        }
        guard isFirst else { return done() }
        loop.execute { [self] in
            let error = CacheError(.unavailable, "the cache is closed")
            drain()
            commands.stop(error)
            messages.stop(error)
            done()
        }
        loop.stop()
    }

    /// Whether commands can be served at the moment.
    var isServing: Bool {
        gate.withLock { gate in
            // Once the rest is over the next command is tried: without any nobody would ever learn that Redis is well.
            if case .open(let end) = gate.breaker.state, .now < end { return false }
            return gate.isReady
        }
    }

    // MARK: From any thread

    /// Takes a command, or says why not: everything is decided here, so that a Redis that is gone costs its callers nothing.
    func run(_ command: CacheCommand, _ completion: @escaping CacheCompletion) {
        let now = Deadline.now
        let call = Call(
            command: command, size: command.size, deadline: now + configuration.commandTimeout, completion: completion)
        let (refusal, isFirst) = gate.withLock { gate -> (CacheError?, Bool) in
            guard gate.isReady, !gate.isStopped else { return (CacheError(.unavailable, "Redis is not connected"), false) }
            guard gate.count < configuration.queueLength, gate.bytes + call.size <= configuration.queueBytes else {
                return (CacheError(.busy, "too many commands wait for Redis"), false)
            }
            guard gate.breaker.admits(now) else {
                return (CacheError(.unavailable, "Redis has failed several times and is left alone for a moment"), false)
            }
            gate.count += 1
            gate.bytes += call.size
            gate.arrived.append(call)
            return (nil, gate.arrived.count == 1)
        }
        if let refusal { return completion(.failure(refusal)) }
        if isFirst { loop.execute { self.drain() } }
    }

    private func finish(_ call: Call, _ result: Result<CacheAnswer, CacheError>) {
        gate.withLock { gate in
            gate.count -= 1
            gate.bytes -= call.size
            switch result {
            case .failure(let error) where error.kind == .unavailable || error.kind == .timeout: gate.breaker.failed(.now)
            case .success, .failure: gate.breaker.succeeded()
            }
        }
        call.completion(result)
    }

    // MARK: On the loop's thread

    private func up(_ connection: RedisConnection) {
        for script in RedisScript.allCases {
            let deadline = Deadline.after(configuration.commandTimeout)
            connection.send(RedisRequest("SCRIPT", "LOAD", script.text), by: deadline) { [weak self] result in
                if case .success(let reply) = result, let digest = reply.text { self?.digests[script] = digest }
            }
        }
        gate.withLock { $0.isReady = true }
        hasTried()
    }

    private func hasTried() {
        let starters = gate.withLock { gate in
            defer { gate.starters = nil }
            return gate.starters ?? []
        }
        for starter in starters { starter() }
    }

    private func drain() {
        let calls = gate.withLock { gate in
            defer { gate.arrived = [] }
            return gate.arrived
        }
        for call in calls { send(call) }
    }

    private func send(_ call: Call) {
        guard let connection = commands.connection else {
            return finish(call, .failure(CacheError(.unavailable, "the connection to Redis is lost")))
        }
        let answer: Finish = { result in
            self.finish(call, result.flatMap { call.command.answer($0) })
        }
        if let request = RedisRequest(call.command) {
            connection.send(request, by: call.deadline, answer)
        } else if let (script, key, arguments) = RedisScript.call(call.command) {
            connection.send(script.request(key, arguments, digest: digests[script]), by: call.deadline) { result in
                guard case .success(.error(let message)) = result, message.hasPrefix("NOSCRIPT") else { return answer(result) }
                connection.send(script.request(key, arguments, digest: nil), by: call.deadline, answer)
            }
        } else if case .deletePrefix(let prefix) = call.command {
            deleteAll(prefix, from: "0", so: 0, connection, answer)
        }
    }

    /// Deletes what a step of SCAN has found, and goes on with the next one: each step looks at about 1,000 keys.
    private func deleteAll(
        _ prefix: String, from cursor: String, so far: Int64, _ connection: RedisConnection, _ answer: @escaping Finish
    ) {
        func deadline() -> Deadline { .after(configuration.commandTimeout) }
        connection.send(.scan(prefix, from: cursor), by: deadline()) { result in
            guard case .success(.list(let parts)) = result, parts.count == 2, let next = parts[0].text,
                case .list(let keys) = parts[1]
            else { return answer(result) }
            func goOn(_ count: Int64) {
                guard next != "0" else { return answer(.success(.integer(count))) }
                self.deleteAll(prefix, from: next, so: count, connection, answer)
            }
            guard !keys.isEmpty else { return goOn(far) }
            connection.send(.unlink(keys), by: deadline()) { result in
                guard case .success(.integer(let count)) = result else { return answer(result) }
                goOn(far + count)
            }
        }
    }
}

extension CacheCommand {
    /// Roughly the bytes that it takes while it waits.
    fileprivate var size: Int {
        switch self {
        case .get(let key), .delete(let key), .deletePrefix(let key), .increment(let key, _, _), .take(let key, _, _, _):
            key.utf8.count + 128
        case .set(let key, let value, _): key.utf8.count + value.count + 128
        case .compareAndSet(let key, let expected, let new, _):
            key.utf8.count + (expected?.count ?? 0) + (new?.count ?? 0) + 128
        case .publish(let channel, let message), .append(let channel, let message, _, _):
            channel.utf8.count + message.count + 128
        case .read(let name, _, _), .members(let name), .join(let name, _, _), .leave(let name, _): name.utf8.count + 256
        }
    }

    /// What an answer of Redis means.
    fileprivate func answer(_ reply: RedisReply) -> Result<CacheAnswer, CacheError> {
        if case .error(let message) = reply { return .failure(CacheError(reply: message)) }
        switch (self, reply) {
        case (.get, .bytes(let bytes)): return .success(.value(bytes))
        case (.get, .none): return .success(.value(nil))
        case (.set, _), (.publish, _), (.join, _), (.leave, _): return .success(.done)
        case (.delete, .integer(let number)), (.compareAndSet, .integer(let number)): return .success(.flag(number > 0))
        case (.deletePrefix, .integer(let number)), (.increment, .integer(let number)): return .success(.number(number))
        case (.take, .list(let words)) where words.count == 3:
            guard let isAllowed = words[0].number, let remaining = words[1].number, let reset = words[2].number else { break }
            return .success(
                .allowance(Allowance(isAllowed: isAllowed == 1, remaining: remaining, reset: .milliseconds(reset))))
        case (.append(_, let message, _, _), .list(let words)) where words.count == 2:
            guard let epoch = words[0].text, let number = words[1].number else { break }
            return .success(.entries(LogEntries(end: LogPosition(epoch: epoch, number: number), messages: [message])))
        case (.read, .list(let words)) where words.count >= 2:
            guard let epoch = words[0].text, let number = words[1].number else { break }
            let messages = words.dropFirst(2).compactMap { word in if case .bytes(let bytes) = word { bytes } else { nil } }
            return .success(.entries(LogEntries(end: LogPosition(epoch: epoch, number: number), messages: messages)))
        case (.members, .list(let words)): return .success(.names(words.compactMap(\.text)))
        default: break
        }
        return .failure(CacheError(.unavailable, "Redis gave an answer of another kind"))
    }
}
