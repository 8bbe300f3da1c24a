extension Cache {
    /// The value of a key; nil when there is none.
    public func get(_ key: String) async throws(CacheError) -> [UInt8]? {
        guard case .value(let value) = try await run(.get(key)) else { throw Self.confusion }
        return value
    }

    /// Stores a value.
    ///
    /// - Parameter ttl: how long it is kept at most; nil: until there is no room
    public func set(_ key: String, _ value: [UInt8], ttl: Duration? = nil) async throws(CacheError) {
        _ = try await run(.set(key, value, ttl: ttl))
    }

    /// Forgets a key; tells whether it was there.
    @discardableResult public func delete(_ key: String) async throws(CacheError) -> Bool {
        guard case .flag(let flag) = try await run(.delete(key)) else { throw Self.confusion }
        return flag
    }

    /// Forgets all keys that begin with a text; tells how many.
    @discardableResult public func delete(prefix: String) async throws(CacheError) -> Int {
        guard case .number(let number) = try await run(.deletePrefix(prefix)) else { throw Self.confusion }
        return Int(number)
    }

    /// Adds to a number, which begins as 0; tells the sum.
    @discardableResult public func increment(
        _ key: String, by amount: Int64 = 1, ttl: Duration? = nil
    ) async throws(CacheError) -> Int64 {
        guard case .number(let number) = try await run(.increment(key, by: amount, ttl: ttl)) else { throw Self.confusion }
        return number
    }

    /// Replaces a value if it still is the expected one; nil stands for none. Tells whether it did.
    public func compareAndSet(
        _ key: String, expected: [UInt8]?, new: [UInt8]?, ttl: Duration? = nil
    ) async throws(CacheError) -> Bool {
        guard case .flag(let flag) = try await run(.compareAndSet(key, expected: expected, new: new, ttl: ttl)) else {
            throw Self.confusion
        }
        return flag
    }

    /// Takes from a counted limit.
    public func take(
        _ key: String, limit: Int64, window: Duration, cost: Int64 = 1
    ) async throws(CacheError) -> Allowance {
        guard case .allowance(let allowance) = try await run(.take(key, limit: limit, window: window, cost: cost)) else {
            throw Self.confusion
        }
        return allowance
    }

    /// Sends a message to all subscribers of all hosts.
    public func publish(_ channel: String, _ message: [UInt8]) async throws(CacheError) {
        _ = try await run(.publish(channel: channel, message: message))
    }

    /// Numbers a message, keeps it as one of the latest of a log, and sends it to the log's subscribers.
    ///
    /// - Returns: its place
    @discardableResult public func append(
        _ log: String, _ message: [UInt8], keeping: Int, ttl: Duration
    ) async throws(CacheError) -> LogPosition {
        guard case .entries(let entries) = try await run(.append(log: log, message: message, keeping: keeping, ttl: ttl)) else {
            throw Self.confusion
        }
        return entries.end
    }

    /// What a log has kept after a number.
    public func read(_ log: String, after number: Int64, ttl: Duration) async throws(CacheError) -> LogEntries {
        guard case .entries(let entries) = try await run(.read(log: log, after: number, ttl: ttl)) else { throw Self.confusion }
        return entries
    }

    /// Who is in a set.
    public func members(_ set: String) async throws(CacheError) -> [String] {
        guard case .names(let names) = try await run(.members(set: set)) else { throw Self.confusion }
        return names
    }

    /// Runs a command.
    public func run(_ command: CacheCommand) async throws(CacheError) -> CacheAnswer {
        try await withUnsafeContinuation { (continuation: UnsafeContinuation<Result<CacheAnswer, CacheError>, Never>) in
            run(command) { continuation.resume(returning: $0) }
        }.get()
    }

    private static var confusion: CacheError { CacheError(.unavailable, "the cache gave an answer of another kind") }
}
