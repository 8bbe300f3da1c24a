import Foundation
import HearthThreads
import Synchronization
import Testing

@testable import HearthCache

/// The engines that keep one contract: every test of it runs on each.
enum CacheEngine: String, CaseIterable, CustomTestStringConvertible {
    case local
    case redis

    var testDescription: String { rawValue }
}

/// A cache of an engine, with keys that no other test uses.
func withCache(_ engine: CacheEngine, _ body: (any Cache, _ prefix: String) async throws -> Void) async throws {
    let cache = try await open(engine)
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(cache, "test:\(UInt64.random(in: 0 ..< .max)):"))
    } catch {
        result = .failure(error)
    }
    await cache.shutdown()
    try result.get()
}

func open(_ engine: CacheEngine) async throws -> any Cache {
    switch engine {
    case .local: return LocalCache()
    case .redis: return try await RedisCache.open(RedisConfiguration(TestRedis.address()))
    }
}

extension [UInt8] {
    init(_ text: String) { self = Array(text.utf8) }
}

/// A value that threads share.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    var value: Value { mutex.withLock { $0 } }
    func change(_ body: @Sendable (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}

/// Waits until a condition holds; fails the test after a generous time.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = Deadline.after(.seconds(30))
    while try await !condition() {
        guard !deadline.hasPassed else {
            Issue.record("did not happen: \(what)")
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The error that a body throws.
func failure(_ body: () async throws -> Void) async -> CacheError? {
    do {
        try await body()
        return nil
    } catch let error as CacheError {
        return error
    } catch {
        Issue.record("another error: \(error)")
        return nil
    }
}
