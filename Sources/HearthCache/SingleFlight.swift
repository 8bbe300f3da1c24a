import Synchronization

/// Values that are computed once for all who ask at the same time, and kept in a cache.
///
/// Within a host one computation runs for a key; hosts may compute the same value at once, which is harmless. A value whose
/// computation began before an invalidation is given to those who waited for it, and not kept.
public final class SingleFlight: Sendable {
    private struct Flight {
        let number: Int
        let task: Task<[UInt8], any Error>
    }
    private struct State {
        var flights: [String: Flight] = [:]
        var last = 0
    }
    private let cache: any Cache
    private let state = Mutex(State())

    /// Keeps values in a cache.
    public init(_ cache: any Cache) { self.cache = cache }

    /// The value of a key: from the cache, from a computation that is under way, or computed now.
    ///
    /// A cache that fails counts as one that has nothing.
    /// - Parameters:
    ///   - key: of the value
    ///   - ttl: how long it is kept
    ///   - compute: makes the value; goes on when one of those who wait is cancelled
    /// - Throws: what `compute` throws; nothing is kept then, and the next one computes anew
    public func value(
        _ key: String, ttl: Duration, _ compute: @escaping @Sendable () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        if let flight = state.withLock({ $0.flights[key] }) { return try await flight.task.value }
        if let kept = try? await cache.get(key) { return kept }
        let task = state.withLock { state in
            if let flight = state.flights[key] { return flight.task }
            state.last += 1
            let number = state.last
            let task = Task { [cache] in
                do {
                    let value = try await compute()
                    // Stored before the flight ends, so that an invalidation finds either the flight or the value.
                    let counts = self.isUnderWay(key, number)
                    if counts { try? await cache.set(key, value, ttl: ttl) }
                    if !self.end(key, number), counts { _ = try? await cache.delete(key) }
                    return value
                } catch {
                    _ = self.end(key, number)
                    throw error
                }
            }
            state.flights[key] = Flight(number: number, task: task)
            return task
        }
        return try await task.value
    }

    /// Forgets the value of a key: whoever asks from now on gets one whose computation begins later.
    public func invalidate(_ key: String) async throws(CacheError) {
        _ = state.withLock { $0.flights.removeValue(forKey: key) }
        try await cache.delete(key)
    }

    private func isUnderWay(_ key: String, _ number: Int) -> Bool {
        state.withLock { $0.flights[key]?.number == number }
    }

    /// False when the flight was invalidated meanwhile.
    private func end(_ key: String, _ number: Int) -> Bool {
        state.withLock { state in
            guard state.flights[key]?.number == number else { return false }
            state.flights[key] = nil
            return true
        }
    }
}
