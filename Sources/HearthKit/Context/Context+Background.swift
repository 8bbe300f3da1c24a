import CHearth

extension Context {
    /// Begins work on behalf of nobody, and does not wait for it. Its task is cancelled when the host drains, and the host waits
    /// for its end then. What it throws is logged.
    ///
    /// - Parameters:
    ///   - name: For the log; one of a few, not made up for each time.
    ///   - timeLimit: After which it is cancelled; nil for no limit.
    ///   - work: What to do, with a context of its own.
    /// - Throws: ``HostError`` with ``HostError/Kind/cancelled`` when the plugin is being drained.
    public func background(
        _ name: String, timeLimit: Duration? = nil, _ work: @escaping @Sendable (Context) async throws -> Void
    ) throws(HostError) {
        var handle: hearth_context = 0
        try HostError.check(
            name.lending {
                runtime.core.pointee.begin_background(runtime.host, $0, timeLimit.microseconds, &handle)
            }, "begin_background \(name)")
        Context(handle: handle, runtime: runtime).work(name, work)
    }

    /// Does something again and again, on the host's clock. One run at a time: the next one comes at the next multiple of the
    /// interval after the last one is over. Ends when the plugin is drained. What a run throws is logged.
    ///
    /// For what has to happen even if the host is down at that moment, use a job.
    /// - Parameters:
    ///   - interval: At least a millisecond.
    ///   - name: For the log; one of a few, not made up for each timer.
    ///   - delay: Until the first run; nil for the interval.
    ///   - timeLimit: After which a run is cancelled; nil for no limit.
    ///   - work: What to do, with a context of its own.
    /// - Throws: ``HostError``: cancelled when the plugin is being drained, too large for more than 1,000 timers.
    @discardableResult
    public func every(
        _ interval: Duration, _ name: String, after delay: Duration? = nil, timeLimit: Duration? = nil,
        _ work: @escaping @Sendable (Context) async throws -> Void
    ) throws(HostError) -> PluginTimer {
        try PluginTimer.start(
            runtime, name, delay: delay ?? interval, interval: max(interval, .milliseconds(1)), timeLimit: timeLimit, work)
    }

    /// Does something once, after a while, on the host's clock; not at all when the plugin is drained before.
    ///
    /// - Parameters:
    ///   - delay: How long to wait.
    ///   - name: For the log; one of a few, not made up for each timer.
    ///   - timeLimit: After which it is cancelled; nil for no limit.
    ///   - work: What to do, with a context of its own.
    /// - Throws: As ``every(_:_:after:timeLimit:_:)``.
    @discardableResult
    public func after(
        _ delay: Duration, _ name: String, timeLimit: Duration? = nil,
        _ work: @escaping @Sendable (Context) async throws -> Void
    ) throws(HostError) -> PluginTimer {
        try PluginTimer.start(runtime, name, delay: delay, interval: nil, timeLimit: timeLimit, work)
    }

    /// Runs a task on this background context and ends the context with it.
    fileprivate func work(_ name: String, _ work: @escaping @Sendable (Context) async throws -> Void) {
        serve {
            do {
                try await work(self)
            } catch  where !error.isCancellation {
                log.error("Background work failed", ["work": name, "error": "\(error)"])
            } catch {}
            _ = runtime.core.pointee.end_background(runtime.host, handle)
        }
    }
}

/// A timer that runs.
public struct PluginTimer: Sendable {
    private let runtime: PluginRuntime
    private let number: hearth_timer

    /// Ends it: no run begins from now on; one that is under way goes on. Once is enough.
    public func cancel() { _ = runtime.core.pointee.cancel_timer(runtime.host, number) }

    static func start(
        _ runtime: PluginRuntime, _ name: String, delay: Duration, interval: Duration?, timeLimit: Duration?,
        _ work: @escaping @Sendable (Context) async throws -> Void
    ) throws(HostError) -> PluginTimer {
        // Owned by the timer until it is released.
        let box = Unmanaged.passRetained(TimerWork(runtime: runtime, name: name, work: work))
        var number: hearth_timer = 0
        let status = name.lending { name in
            var options = hearth_timer_options(
                size: UInt32(MemoryLayout<hearth_timer_options>.size), reserved: 0, name: name, delay: delay.microseconds,
                interval: interval.microseconds, time_limit: timeLimit.microseconds,
                fire: { user, context in
                    guard let user else { return HandlerOutcome.failed }
                    Unmanaged<TimerWork>.fromOpaque(user).takeUnretainedValue().fire(context)
                    return HandlerOutcome.pending
                }, released: { user in if let user { Unmanaged<TimerWork>.fromOpaque(user).release() } },
                user: box.toOpaque())
            return runtime.core.pointee.start_timer(runtime.host, &options, &number)
        }
        do throws(HostError) { try HostError.check(status, "start_timer \(name)") } catch {
            box.release()
            throw error
        }
        return PluginTimer(runtime: runtime, number: number)
    }
}

/// What a timer does.
private final class TimerWork: Sendable {
    private let runtime: PluginRuntime
    private let name: String
    private let work: @Sendable (Context) async throws -> Void

    init(runtime: PluginRuntime, name: String, work: @escaping @Sendable (Context) async throws -> Void) {
        self.runtime = runtime
        self.name = name
        self.work = work
    }

    func fire(_ context: hearth_context) { Context(handle: context, runtime: runtime).work(name, work) }
}

extension Duration {
    /// Whole microseconds, none for a negative duration.
    fileprivate var microseconds: UInt64 { UInt64(clamping: Int64(max(self, .zero) / .microseconds(1))) }
}

extension Duration? {
    fileprivate var microseconds: UInt64 { self?.microseconds ?? 0 }
}
