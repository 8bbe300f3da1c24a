import CHearth
import HearthCache
import Logging

/// `hearth.cache/1` as C sees it.
enum CacheInterface {
    static let table = hearth_cache(
        size: UInt32(MemoryLayout<hearth_cache>.size), get: get, set: set, remove: remove, remove_prefix: removePrefix,
        increment: increment, compare_and_set: compareAndSet, take: take)

    /// Bytes of a plugin's key: what the cache takes, without room for the plugin's id.
    private static let keyLimit = 400

    private static let get:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_cached?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, done, user in
            call(host, handle, "get", key, done, user) { call in
                run(.get(call.key), call) { answer, function, user in
                    guard case .value(let value) = answer else { return function(user, nil, nil) }
                    guard let value else { return function(user, nil, nil) }
                    value.withUnsafeBufferPointer { bytes in
                        var bytes = hearth_bytes(data: bytes.baseAddress, length: UInt64(bytes.count))
                        function(user, nil, &bytes)
                    }
                } failed: {
                    $1($2, $0, nil)
                }
            }
        }

    // MARK: What waits for the commit

    private static let set:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_bytes, UInt64, hearth_done?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, value, ttl, done, user in
            call(host, handle, "set", key, done, user) { call in
                guard value.isSound, let ttl = duration(ttl) else { return Status.invalid }
                guard value.length <= UInt64(CacheLimits.value) else { return Status.tooLarge }
                return change(.set(call.key, Array(value.buffer), ttl: ttl), call)
            }
        }

    private static let remove:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_done?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, done, user in
            call(host, handle, "remove", key, done, user) { change(.delete($0.key), $0) }
        }

    private static let removePrefix:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_done?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, prefix, done, user in
            call(host, handle, "remove_prefix", prefix, done, user) { change(.deletePrefix($0.key), $0) }
        }

    private static func change(_ command: CacheCommand, _ call: Call<hearth_done>) -> hearth_status {
        guard call.context.transaction != nil else {
            return run(command, call) { _, function, user in
                function(user, nil)
            } failed: {
                $1($2, $0)
            }
        }
        let (cache, logger) = (call.plugin.services.cache, call.plugin.logger)
        call.context.afterCommit {
            cache.run(command) { result in
                // The data is committed and what was cached of it may be older: nobody is left to be told but the operator.
                if case .failure(let error) = result {
                    logger.warning("The cache could not be changed after a commit", metadata: ["reason": "\(error)"])
                }
            }
        }
        call.plugin.services.workers.enqueueWithTurn(call.context.label) { call.completion.function(call.completion.user, nil) }
        return Status.ok
    }

    // MARK: What happens at once

    private static let increment:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, Int64, UInt64, hearth_counted?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, amount, ttl, done, user in
            call(host, handle, "increment", key, done, user) { call in
                guard let ttl = duration(ttl) else { return Status.invalid }
                return run(.increment(call.key, by: amount, ttl: ttl), call) { answer, function, user in
                    if case .number(let number) = answer { function(user, nil, number) } else { function(user, nil, 0) }
                } failed: {
                    $1($2, $0, 0)
                }
            }
        }

    private static let compareAndSet:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, UnsafePointer<hearth_bytes>?,
            UnsafePointer<hearth_bytes>?, UInt64, hearth_counted?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, expected, value, ttl, done, user in
            call(host, handle, "compare_and_set", key, done, user) { call in
                guard expected?.pointee.isSound ?? true, value?.pointee.isSound ?? true, let ttl = duration(ttl) else {
                    return Status.invalid
                }
                guard max(expected?.pointee.length ?? 0, value?.pointee.length ?? 0) <= UInt64(CacheLimits.value) else {
                    return Status.tooLarge
                }
                let command = CacheCommand.compareAndSet(
                    call.key, expected: expected.map { Array($0.pointee.buffer) }, new: value.map { Array($0.pointee.buffer) },
                    ttl: ttl)
                return run(command, call) { answer, function, user in
                    function(user, nil, answer == .flag(true) ? 1 : 0)
                } failed: {
                    $1($2, $0, 0)
                }
            }
        }

    private static let take:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, Int64, UInt64, Int64, hearth_taken?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, key, limit, window, cost, done, user in
            call(host, handle, "take", key, done, user) { call in
                guard limit >= 0, cost >= 1, let window = duration(window) ?? nil else { return Status.invalid }
                return run(.take(call.key, limit: limit, window: window, cost: cost), call) { answer, function, user in
                    guard case .allowance(let allowance) = answer else { return function(user, nil, nil) }
                    var foreign = hearth_allowance(
                        size: UInt32(MemoryLayout<hearth_allowance>.size), is_allowed: allowance.isAllowed ? 1 : 0,
                        remaining: allowance.remaining, reset: Int64(allowance.reset / .microseconds(1)))
                    function(user, nil, &foreign)
                } failed: {
                    $1($2, $0, nil)
                }
            }
        }

    // MARK: The way of a call

    /// A call whose arguments are right.
    private struct Call<Function>: Sendable {
        let plugin: PluginInstance
        let context: CallContext
        let key: String
        let completion: ForeignCompletion<Function>
    }

    private static func call<Function>(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ name: StaticString, _ key: hearth_string,
        _ done: Function?, _ user: UnsafeMutableRawPointer?, _ body: (Call<Function>) -> hearth_status
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let done, let key = key.text, !key.isEmpty else { return plugin.checked(name, Status.invalid) }
        guard key.utf8.count <= keyLimit else { return plugin.checked(name, Status.tooLarge) }
        guard let context = plugin.context(handle) else {
            return plugin.reportStale(name)
        }
        return plugin.checked(
            name,
            body(
                Call(
                    plugin: plugin, context: context, key: "plugin:\(plugin.id):\(key)",
                    completion: ForeignCompletion(function: done, user: user))))
    }

    /// Runs a command and lets a worker call the completion.
    private static func run<Function: Sendable>(
        _ command: CacheCommand, _ call: Call<Function>,
        done: @escaping @Sendable (CacheAnswer, Function, UnsafeMutableRawPointer?) -> Void,
        failed: @escaping @Sendable (UnsafePointer<hearth_error>, Function, UnsafeMutableRawPointer?) -> Void
    ) -> hearth_status {
        call.plugin.services.cache.run(command) { result in
            call.plugin.services.workers.enqueueWithTurn(call.context.label) {
                switch result {
                case .success(let answer): done(answer, call.completion.function, call.completion.user)
                case .failure(let error):
                    ForeignError(error).lend { failed($0, call.completion.function, call.completion.user) }
                }
            }
        }
        return Status.ok
    }

    /// nil when it is out of range; a nil inside for none.
    private static func duration(_ microseconds: UInt64) -> Duration?? {
        if microseconds == 0 { return .some(nil) }
        guard (1_000...366 * 86_400 * 1_000_000).contains(microseconds) else { return nil }
        return .microseconds(Int64(microseconds))
    }
}

extension ForeignError {
    init(_ error: CacheError) {
        let status =
            switch error.kind {
            case .unavailable: Status.unavailable
            case .timeout: Status.timeout
            case .busy: Status.busy
            case .wrongType: Status.conflict
            case .refused: Status.invalid
            }
        self.init(status, error.message, isRetryable: error.kind != .wrongType && error.kind != .refused)
    }
}
