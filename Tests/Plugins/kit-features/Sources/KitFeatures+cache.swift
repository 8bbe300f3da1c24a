import HearthKit

extension KitFeatures {
    /// Routes that use the cache.
    static func addCaching(to routes: Routes) {
        routes.route(.get, "/kit-features/cached", "Compute once") { request in
            let cache = request.context.cache
            return try await cache.cached("value", for: .seconds(60)) {
                // Long enough for others to come meanwhile.
                try await Task.sleep(for: .milliseconds(100))
                return Count(number: try await cache.increment("computations"))
            }
        }
        routes.route(.delete, "/kit-features/cached", "Forget", query: Ending.self) { request in
            do {
                try await request.context.transaction { transaction in
                    try await transaction.transaction { savepoint in
                        try await savepoint.cache.remove("value")
                    }
                    // Not yet: another one who asks still gets the old value.
                    if request.query.isCommitted { return }
                    throw Failure(409, "rolled back")
                }
            } catch let failure as Failure where failure.status == 409 {
                return Count(number: 0)
            }
            return Count(number: 1)
        }
        routes.route(.post, "/kit-features/takes", "Take from a limit") { request in
            let allowance = try await request.context.cache.take("limit", limit: 5, in: .seconds(60))
            return Taken(isAllowed: allowance.isAllowed, remaining: allowance.remaining)
        }
        routes.route(.get, "/kit-features/cache", "Use all calls of the cache") { request in
            let cache = request.context.cache
            try await cache.set("a:1", [1, 0, 2], for: .seconds(60))
            try await cache.set("a:2", [3])
            try await cache.set("b", [4])
            let stored = try await cache.bytes("a:1") == [1, 0, 2]
            let replaced = try await cache.replace("b", expected: [4], with: [5])
            let kept = try await !cache.replace("b", expected: [4], with: [6])
            try await cache.remove(prefix: "a:")
            let removed = try await cache.bytes("a:2") == nil
            let untouched = try await cache.bytes("b") == [5]
            let vanished = try await cache.replace("b", expected: [5], with: nil)
            var refused = false
            do {
                try await cache.set(String(repeating: "k", count: 401), [])
            } catch let error as HostError where error.kind == .tooLarge {
                refused = true
            }
            return Checks(all: [stored, replaced, kept, removed, untouched, vanished, refused])
        }
    }
}

/// How a transaction is to end.
struct Ending: Input {
    var isCommitted = true

    static let schema = Schema<Ending>("Ending") { Field("commit", \.isCommitted) }
}

/// A number.
struct Count: Input, Output {
    var number = 0

    init() {}
    init(number: Int) { self.number = number }

    static let schema = Schema<Count>("Count") { Field("number", \.number) }
}

/// What became of a take.
struct Taken: Output {
    let isAllowed: Bool
    let remaining: Int

    static let schema = Schema<Taken>("Taken") {
        Field("allowed") { $0.isAllowed }
        Field("remaining") { $0.remaining }
    }
}

/// What was as it should be.
struct Checks: Output {
    let all: [Bool]

    static let schema = Schema<Checks>("Checks") { Field("all") { $0.all } }
}
