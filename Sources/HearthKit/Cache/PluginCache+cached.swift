import HearthJSON
import Synchronization

extension PluginCache {
    /// A value from the cache, or computed once for all of this host who ask for it at the same time, and then kept.
    ///
    /// Exact on all hosts: while a value is computed the cache holds a mark of the one who computes it, and the value takes the
    /// place of that mark only. Whoever removes the key meanwhile removes the mark, and a value from before the removal is not
    /// kept; only those who waited for it already are given it. A cache that fails counts as an empty one.
    ///
    /// ```swift
    /// let board = try await context.cache.cached("board", for: .seconds(60)) { try await leaderboard() }
    /// ```
    /// - Parameters:
    ///   - key: 1 to 400 bytes.
    ///   - time: How long the value is kept.
    ///   - compute: Makes the value.
    /// - Throws: What `compute` throws; nothing is kept then.
    public func cached<Value: JSONDecodable & JSONEncodable>(
        _ key: String, for time: Duration, _ compute: @Sendable () async throws -> Value
    ) async throws -> Value {
        while true {
            let kept = (try? await bytes(key)) ?? nil
            if let kept, let value = Entry.value(in: kept, as: Value.self) { return value }
            switch await context.runtime.computations.join(key) {
            case .computed(let json):
                if let value = Entry.value(in: json, as: Value.self) { return value }
            // Who computed it has failed, perhaps for a reason of its own.
            case .failed: continue
            case .mine(let flight):
                do {
                    let value = try await computeAndKeep(key, time, replacing: kept, compute)
                    context.runtime.computations.finish(key, flight, Entry.bytes(of: value))
                    return value
                } catch {
                    context.runtime.computations.finish(key, flight, nil)
                    throw error
                }
            }
        }
    }

    private func computeAndKeep<Value: JSONEncodable>(
        _ key: String, _ time: Duration, replacing kept: [UInt8]?, _ compute: @Sendable () async throws -> Value
    ) async throws -> Value {
        let mark = Entry.mark(context.makeID())
        // A mark that somebody has left, on another host or before a crash, is not waited for.
        let isMarked = (try? await replace(key, expected: kept, with: mark, for: .seconds(60))) ?? false
        let value = try await compute()
        if isMarked { _ = try? await replace(key, expected: mark, with: Entry.bytes(of: value), for: time) }
        return value
    }
}

/// What stands under a key: a value as JSON behind a 1, or the mark of who computes it behind a 0.
private enum Entry {
    static func mark(_ id: UUID) -> [UInt8] { [0] + id.withBytes { Array($0) } }

    static func bytes(of value: some JSONEncodable) -> [UInt8] {
        var json = JSONWriter()
        value.write(to: &json)
        return [1] + json.bytes
    }

    static func value<Value: JSONDecodable>(in bytes: [UInt8], as _: Value.Type) -> Value? {
        guard bytes.first == 1, let json = try? JSONValue(parsing: Array(bytes.dropFirst())) else { return nil }
        return try? Value(json: json)
    }
}

/// Who computes which value in this plugin instance, and who waits for it.
final class CachedComputations: Sendable {
    /// One computation, with those who wait for it.
    final class Flight: Sendable {
        fileprivate let waiting = Mutex<[UnsafeContinuation<Part, Never>]>([])
    }

    enum Part: Sendable {
        /// The caller computes it, and calls `finish`.
        case mine(Flight)
        /// Another one has.
        case computed([UInt8])
        /// Another one has failed.
        case failed
    }

    private let flights = Mutex<[String: Flight]>([:])

    /// Waits for the one who computes the value of a key, or becomes that one.
    func join(_ key: String) async -> Part {
        await withUnsafeContinuation { continuation in
            let mine: Flight? = flights.withLock { flights in
                guard let flight = flights[key] else {
                    let flight = Flight()
                    flights[key] = flight
                    return flight
                }
                flight.waiting.withLock { $0.append(continuation) }
                return nil
            }
            if let mine { continuation.resume(returning: .mine(mine)) }
        }
    }

    /// Gives the value to those who wait; nil when it could not be computed.
    func finish(_ key: String, _ flight: Flight, _ bytes: [UInt8]?) {
        flights.withLock { if $0[key] === flight { $0[key] = nil } }
        let all = flight.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for continuation in all { continuation.resume(returning: bytes.map { .computed($0) } ?? .failed) }
    }

    /// Lets nobody else wait for what is being computed: whoever asks from now on begins anew.
    func forget(where isForgotten: (String) -> Bool) {
        flights.withLock { flights in flights = flights.filter { !isForgotten($0.key) } }
    }
}
