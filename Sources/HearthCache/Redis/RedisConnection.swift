import CHiredis
import DequeModule
import Glibc
import HearthThreads

/// A connection to Redis: the library's asynchronous context, driven by an event loop. On the loop's thread only.
///
/// The library knows no time-outs: the connection keeps them. Commands of one turn of the loop leave in one write.
final class RedisConnection {
    private struct Waiting {
        let deadline: Deadline
        let receive: (Result<RedisReply, CacheError>) -> Void
    }

    private let loop: EventLoop
    private var context: UnsafeMutablePointer<redisAsyncContext>?
    private var watch: EventLoop.Watch?
    private var interest: EventLoop.Readiness = .write
    private var waiting: Deque<Waiting> = []
    private var isConnecting = true
    private var isFlushing = false
    private var isFlushDue = false
    private var timer: (moment: Deadline, timer: EventLoop.Timer)?
    private var onLost: ((CacheError) -> Void)?
    /// Receives what comes without having been asked for, once it is subscribed to something.
    var onMessage: ((RedisReply) -> Void)?

    /// Begins to connect; what is sent meanwhile waits.
    ///
    /// - Parameters:
    ///   - loop: drives it
    ///   - address: where to; a name is looked up by the system, which blocks the loop meanwhile
    ///   - onLost: called once, after all that waits has failed, unless `close` was called
    init(_ loop: EventLoop, _ address: RedisAddress, onLost: @escaping (CacheError) -> Void) throws(CacheError) {
        self.loop = loop
        guard let context = redisAsyncConnect(address.host, Int32(address.port)) else {
            throw CacheError(.unavailable, "there is no memory for a connection")
        }
        guard context.pointee.err == 0 else {
            let reason = String(cString: context.pointee.errstr)
            redisAsyncFree(context)
            throw CacheError(.unavailable, "Redis at \(address) cannot be reached: \(reason)")
        }
        self.context = context
        self.onLost = onLost
        let descriptor = context.pointee.c.fd
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        watch = loop.watch(descriptor, for: .write) { readiness in self.isReady(readiness) }
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.data = pointer
        context.pointee.ev.data = pointer
        context.pointee.ev.addRead = { RedisConnection.from($0)?.want(.read, true) }
        context.pointee.ev.delRead = { RedisConnection.from($0)?.want(.read, false) }
        context.pointee.ev.addWrite = { RedisConnection.from($0)?.wantsToWrite() }
        context.pointee.ev.delWrite = { RedisConnection.from($0)?.want(.write, false) }
        context.pointee.ev.cleanup = { RedisConnection.from($0)?.isFreed() }
        redisAsyncSetConnectCallback(context) { context, status in
            // After a failure the context is freed by the library, which tells it by the cleanup.
            if status == REDIS_OK { RedisConnection.from(context?.pointee.data)?.isConnecting = false }
        }
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> RedisConnection? {
        pointer.map { Unmanaged<RedisConnection>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Sends a request; the answers come in the order of the requests.
    func send(_ request: RedisRequest, by deadline: Deadline, _ receive: @escaping (Result<RedisReply, CacheError>) -> Void) {
        guard let context, onLost != nil else {
            return receive(.failure(CacheError(.unavailable, "the connection to Redis is lost")))
        }
        waiting.append(Waiting(deadline: deadline, receive: receive))
        submit(context, request.bytes, request.bytes.count)
        // The introduction may take longer than a command.
        if timer.map({ deadline < $0.moment }) ?? true { setTimer(deadline) }
    }

    /// Sends a SUBSCRIBE or UNSUBSCRIBE, whose answers go to `onMessage`.
    func sendSubscription(_ request: RedisRequest) {
        // The library looks for further channels behind the last one until it meets a zero.
        if let context, onLost != nil { submit(context, request.bytes + [0], request.bytes.count) }
    }

    private func submit(_ context: UnsafeMutablePointer<redisAsyncContext>, _ bytes: [UInt8], _ count: Int) {
        bytes.withUnsafeBytes { bytes in
            _ = redisAsyncFormattedCommand(
                context, { context, reply, _ in RedisConnection.from(context?.pointee.data)?.received(reply) }, nil,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count)
        }
    }

    /// How many answers are waited for.
    var load: Int { waiting.count }

    /// Closes it: everything that waits fails.
    func close(_ error: CacheError) {
        guard let context, onLost != nil else { return }
        onLost = nil
        failAll(error)
        // Inside of one of its callbacks the library only marks it, and frees it when the callback has returned.
        redisAsyncFree(context)
    }

    // MARK: Called by the library

    private func received(_ pointer: UnsafeMutableRawPointer?) {
        // NULL: the context is being freed, which the cleanup tells too.
        guard onLost != nil, let pointer else { return }
        let reply = RedisReply(UnsafePointer(pointer.assumingMemoryBound(to: redisReply.self)))
        if let onMessage, case .list(let words) = reply, let kind = words.first?.text,
            kind == "message" || kind == "subscribe" || kind == "unsubscribe"
        {
            return onMessage(reply)
        }
        waiting.popFirst()?.receive(.success(reply))
    }

    private func isFreed() {
        guard let context else { return }
        let reason = context.pointee.errstr.map { String(cString: $0) } ?? "closed"
        self.context = nil
        watch?.cancel()
        watch = nil
        guard let onLost else { return }
        self.onLost = nil
        let error = CacheError(.unavailable, "the connection to Redis is lost: \(reason)")
        failAll(error)
        onLost(error)
    }

    private func want(_ readiness: EventLoop.Readiness, _ isWanted: Bool) {
        if isWanted { interest.formUnion(readiness) } else { interest.subtract(readiness) }
        watch?.change(to: interest)
    }

    private func wantsToWrite() {
        // While it connects, and when the socket is full, the loop waits for room; otherwise the turn's end writes.
        guard !isConnecting, !isFlushing else { return want(.write, true) }
        guard !isFlushDue, !interest.contains(.write) else { return }
        isFlushDue = true
        loop.atEndOfTurn { [self] in
            isFlushDue = false
            flush()
        }
    }

    // MARK: Called by the loop

    private func isReady(_ readiness: EventLoop.Readiness) {
        if readiness.contains(.read), let context, !isConnecting { redisAsyncHandleRead(context) }
        if readiness.contains(.write) { flush() }
    }

    private func flush() {
        guard let context else { return }
        isFlushing = true
        redisAsyncHandleWrite(context)
        isFlushing = false
    }

    private func setTimer(_ moment: Deadline) {
        timer?.timer.cancel()
        timer = (moment, loop.schedule(at: moment) { [weak self] in self?.checkTime() })
    }

    private func checkTime() {
        timer = nil
        guard let first = waiting.first else { return }
        guard first.deadline.hasPassed else { return setTimer(first.deadline) }
        giveUp(CacheError(.timeout, "Redis did not answer in time"))
    }

    /// Closes a connection that does not work, and tells it.
    func giveUp(_ error: CacheError) {
        guard let onLost else { return }
        close(error)
        onLost(error)
    }

    private func failAll(_ error: CacheError) {
        let failed = waiting
        waiting = []
        for call in failed { call.receive(.failure(error)) }
    }
}
