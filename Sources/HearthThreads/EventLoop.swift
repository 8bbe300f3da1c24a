import CEpoll
import Glibc
import Synchronization

/// A thread that waits for sockets, timers and work from other threads: what the drivers of PostgreSQL and Redis run on.
///
/// Watches and timers belong to the loop's own thread; other threads reach it through ``execute(_:)``.
///
/// `@unchecked Sendable`: what other threads touch is behind the mutex; the rest is used on the loop's thread alone.
public final class EventLoop: @unchecked Sendable {
    /// What a socket can be waited for.
    public struct Readiness: OptionSet, Sendable {
        /// The bits of the set.
        public let rawValue: UInt32
        /// Makes a set of its bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// There is something to read, or the other side has closed.
        public static let read = Readiness(rawValue: 1)
        /// There is room to write.
        public static let write = Readiness(rawValue: 2)
    }

    /// A socket that is being waited for; on the loop's thread only.
    public final class Watch {
        fileprivate let token: UInt64
        fileprivate let descriptor: Int32
        fileprivate let body: (Readiness) -> Void
        fileprivate(set) var interest: Readiness
        fileprivate unowned let loop: EventLoop

        fileprivate init(
            _ loop: EventLoop, token: UInt64, descriptor: Int32, interest: Readiness, body: @escaping (Readiness) -> Void
        ) {
            self.loop = loop
            self.token = token
            self.descriptor = descriptor
            self.interest = interest
            self.body = body
        }

        /// Waits for something else from now on.
        public func change(to interest: Readiness) {
            guard interest != self.interest, loop.watches[token] === self else { return }
            self.interest = interest
            loop.control(EPOLL_CTL_MOD, self)
        }

        /// Stops waiting; to be called before the socket is closed. The body is not called again.
        public func cancel() {
            guard loop.watches.removeValue(forKey: token) != nil else { return }
            loop.control(EPOLL_CTL_DEL, self)
        }
    }

    /// Something that happens at a moment; on the loop's thread only.
    public final class Timer {
        fileprivate let moment: Deadline
        fileprivate var body: (() -> Void)?

        fileprivate init(moment: Deadline, body: @escaping () -> Void) {
            self.moment = moment
            self.body = body
        }

        /// Nothing happens.
        public func cancel() { body = nil }
    }

    private struct Inbox {
        var work: [@Sendable () -> Void] = []
        /// The loop waits, or is about to: whoever adds work must wake it.
        var isAsleep = false
        var isStopping = false
        var isOver = false
    }

    private let inbox = Mutex(Inbox())
    private let epoll: Int32
    private let wakeup: Int32
    private let thread = Mutex<pthread_t?>(nil)
    private var watches: [UInt64: Watch] = [:]
    private var lastToken: UInt64 = 0
    /// The latest first: the next one is taken from the end.
    private var timers: [Timer] = []
    private var ready = [epoll_event](repeating: epoll_event(), count: 256)
    private var endOfTurn: [() -> Void] = []
    private static let currentKey: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "the process has no thread-local key left")
        return key
    }()

    /// Starts the thread.
    ///
    /// - Parameter name: of the thread, at most 15 bytes, as tools show it
    /// - Throws: `EventLoopError` when the system has no descriptor or thread left
    public init(name: String) throws(EventLoopError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0, wakeup >= 0 else {
            let code = errno
            if epoll >= 0 { close(epoll) }
            throw EventLoopError(code: code)
        }
        var event = epoll_event(events: UInt32(EPOLLIN.rawValue), data: epoll_data_t(u64: 0))
        epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event)
        let isRunning = Thread(name) { [self] in
            pthread_setspecific(Self.currentKey, Unmanaged.passUnretained(self).toOpaque())
            thread.withLock { $0 = pthread_self() }
            run()
        }.start()
        guard isRunning else {
            close(epoll)
            throw EventLoopError(code: EAGAIN)
        }
    }

    // Not when the loop ends: whoever is about to wake it would write to a descriptor that is somebody else's by then.
    deinit { close(wakeup) }

    /// Whether the caller is on the loop's thread.
    public var isCurrent: Bool { thread.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false } }

    /// The loop whose thread the caller is on; nil elsewhere.
    public static var current: EventLoop? {
        pthread_getspecific(currentKey).map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Lets the loop's thread do something; in the order of the calls. After ``stop()`` nothing is done any more.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        let wakes = inbox.withLock { inbox in
            guard !inbox.isOver else { return false }
            inbox.work.append(work)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wakes { wake() }
    }

    /// Ends the thread after the work that was handed over so far.
    public func stop() {
        let wakes = inbox.withLock { inbox in
            inbox.isStopping = true
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wakes { wake() }
    }

    private func wake() {
        var one: UInt64 = 1
        write(wakeup, &one, 8)
    }

    // MARK: On the loop's thread

    /// Calls a body each time a socket is ready for what it is waited for; errors and hang-ups count as both.
    public func watch(
        _ descriptor: Int32, for interest: Readiness, _ body: @escaping (Readiness) -> Void
    ) -> Watch {
        lastToken += 1
        let watch = Watch(self, token: lastToken, descriptor: descriptor, interest: interest, body: body)
        watches[lastToken] = watch
        control(EPOLL_CTL_ADD, watch)
        return watch
    }

    /// Calls a body once, not before a moment.
    @discardableResult
    public func schedule(at moment: Deadline, _ body: @escaping () -> Void) -> Timer {
        let timer = Timer(moment: moment, body: body)
        var low = 0
        var high = timers.count
        while low < high {
            let middle = (low + high) / 2
            if timers[middle].moment > moment { low = middle + 1 } else { high = middle }
        }
        timers.insert(timer, at: low)
        return timer
    }

    /// Calls a body when the events and the work of this turn are done: for what is better done once for all of them.
    public func atEndOfTurn(_ body: @escaping () -> Void) { endOfTurn.append(body) }

    private func finishTurn() {
        while !endOfTurn.isEmpty {
            let bodies = endOfTurn
            endOfTurn.removeAll(keepingCapacity: true)
            for body in bodies { body() }
        }
    }

    private func control(_ operation: Int32, _ watch: Watch) {
        var events: UInt32 = 0
        if watch.interest.contains(.read) { events |= UInt32(EPOLLIN.rawValue) | UInt32(EPOLLRDHUP.rawValue) }
        if watch.interest.contains(.write) { events |= UInt32(EPOLLOUT.rawValue) }
        var event = epoll_event(events: events, data: epoll_data_t(u64: watch.token))
        epoll_ctl(epoll, operation, watch.descriptor, &event)
    }

    private func run() {
        while true {
            let (work, isStopping) = inbox.withLock { inbox in
                defer { inbox.work = [] }
                inbox.isAsleep = inbox.work.isEmpty
                inbox.isOver = inbox.isStopping && inbox.work.isEmpty
                return (inbox.work, inbox.isStopping)
            }
            for body in work { body() }
            finishTurn()
            if isStopping, work.isEmpty { break }
            fireTimers()
            finishTurn()
            // Work that arrives from here on wakes the loop; with work just done there may be more.
            wait(atMost: work.isEmpty ? untilNextTimer() : 0)
            finishTurn()
        }
        watches = [:]
        timers = []
        close(epoll)
    }

    private func fireTimers() {
        guard !timers.isEmpty else { return }
        let now = Deadline.now
        while let timer = timers.last, timer.body == nil || timer.moment <= now {
            timers.removeLast()
            timer.body?()
        }
    }

    /// Milliseconds until the next timer, rounded up; -1 when there is none.
    private func untilNextTimer() -> Int32 {
        guard let next = timers.last else { return -1 }
        let now = Deadline.now.uptimeNanoseconds
        guard next.moment.uptimeNanoseconds > now else { return 0 }
        return Int32(clamping: (next.moment.uptimeNanoseconds - now + 999_999) / 1_000_000)
    }

    private func wait(atMost milliseconds: Int32) {
        let count = epoll_wait(epoll, &ready, Int32(ready.count), milliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = ready[index]
            guard event.data.u64 != 0 else {
                var value: UInt64 = 0
                read(wakeup, &value, 8)
                continue
            }
            // A body may have cancelled a watch whose event came with it.
            guard let watch = watches[event.data.u64] else { continue }
            let failed = event.events & (UInt32(EPOLLERR.rawValue) | UInt32(EPOLLHUP.rawValue)) != 0
            var readiness: Readiness = failed ? [.read, .write] : []
            if event.events & (UInt32(EPOLLIN.rawValue) | UInt32(EPOLLRDHUP.rawValue)) != 0 { readiness.insert(.read) }
            if event.events & UInt32(EPOLLOUT.rawValue) != 0 { readiness.insert(.write) }
            watch.body(readiness.intersection(failed ? [.read, .write] : watch.interest))
        }
    }
}

/// The system has no descriptor or thread left for an event loop.
public struct EventLoopError: Error, CustomStringConvertible {
    /// The system's error number.
    public let code: Int32
    /// In words.
    public var description: String { String(cString: strerror(code)) }
}
