import CHearth

/// On whose behalf something is done: a request, a service call, a transaction, the start of the plugin.
///
/// It carries the deadline, cancellation, the acting user and the current transaction, so every function that touches
/// data takes one. A context inside a transaction joins it: the same function works in both.
public struct Context: Sendable {
    let handle: hearth_context
    let runtime: PluginRuntime

    /// The log of the host, with the plugin's name and the request's id on every line.
    public var log: Log { Log(runtime: runtime, context: handle) }

    /// The host's clock, which tests set by hand.
    public var now: Timestamp { Timestamp(microseconds: runtime.core.pointee.now(runtime.host)) }

    /// A new identifier: UUID version 7, ordered by time.
    public func makeID() -> UUID {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { bytes in
            runtime.core.pointee.make_uuid(runtime.host, bytes.bindMemory(to: UInt8.self).baseAddress)
            return UUID(bytes: UnsafeRawBufferPointer(bytes))
        }
    }

    /// Unpredictable bytes, fit for secrets.
    public func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            runtime.core.pointee.random(runtime.host, buffer.baseAddress, UInt64(count))
            initialized = count
        }
    }

    /// The day in a time zone at an instant.
    ///
    /// - Parameters:
    ///   - instant: By default now.
    ///   - zone: IANA name, such as `Europe/Paris`.
    /// - Throws: ``HostError`` with ``HostError/Kind/notFound`` for an unknown zone.
    public func date(at instant: Timestamp? = nil, in zone: String) throws(HostError) -> LocalDate {
        var days: Int32 = 0
        let microseconds = (instant ?? now).microseconds
        try HostError.check(
            zone.lending { runtime.core.pointee.local_date(runtime.host, $0, microseconds, &days) }, "local_date")
        return LocalDate(days: days)
    }

    /// What a clock on the wall shows in a time zone at an instant; the day is that of ``date(at:in:)``.
    ///
    /// - Parameters:
    ///   - instant: By default now.
    ///   - zone: IANA name, such as `Europe/Paris`.
    /// - Throws: ``HostError`` with ``HostError/Kind/notFound`` for an unknown zone.
    public func time(at instant: Timestamp? = nil, in zone: String) throws(HostError) -> LocalTime {
        var time: Int64 = 0
        let microseconds = (instant ?? now).microseconds
        try HostError.check(
            zone.lending { runtime.core.pointee.local_time(runtime.host, $0, microseconds, &time) }, "local_time")
        return LocalTime(microseconds: time)
    }

    /// When a local day begins and ends; with daylight saving it has 23, 24 or 25 hours.
    ///
    /// - Parameters:
    ///   - date: The day.
    ///   - zone: IANA name.
    /// - Throws: ``HostError`` with ``HostError/Kind/notFound`` for an unknown zone.
    public func bounds(of date: LocalDate, in zone: String) throws(HostError) -> Range<Timestamp> {
        var begin: Int64 = 0
        var end: Int64 = 0
        try HostError.check(
            zone.lending { runtime.core.pointee.day_bounds(runtime.host, $0, date.days, &begin, &end) }, "day_bounds")
        return Timestamp(microseconds: begin)..<Timestamp(microseconds: end)
    }

    /// What the host knows about this context: the actor, the deadline.
    ///
    /// - Throws: ``HostError`` with ``HostError/Kind/stale`` when it is over.
    public func info() throws(HostError) -> ContextInfo {
        var info = hearth_context_info()
        info.size = UInt32(MemoryLayout<hearth_context_info>.size)
        try HostError.check(runtime.core.pointee.context_info(runtime.host, handle, &info), "context_info")
        return ContextInfo(info)
    }

    /// Runs a function that blocks on the host's bounded pool for such work.
    ///
    /// - Returns: What the function returns.
    /// - Throws: What the function throws; ``HostError`` with ``HostError/Kind/busy`` when the pool's queue is full.
    public func blocking<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<R, any Error>) in
            // Goes on with a worker: the thread of the pool is for what blocks.
            let box = Unmanaged.passRetained(BlockingWork { continuation.resume(with: Result(catching: work)) })
            let status = runtime.core.pointee.run_blocking(
                runtime.host, handle,
                { pointer in
                    guard let pointer else { return }
                    Unmanaged<BlockingWork>.fromOpaque(pointer).takeRetainedValue().run()
                }, box.toOpaque())
            do throws(HostError) { try HostError.check(status, "run_blocking") } catch {
                box.release()
                continuation.resume(throwing: error)
            }
        }
    }
}

/// Work on its way to the blocking pool.
private final class BlockingWork {
    let run: () -> Void

    init(_ run: @escaping () -> Void) { self.run = run }
}
