import NIOCore

/// The one time-out that a connection waits for. Moving it later costs nothing: the timer looks again when it fires.
struct ConnectionDeadline {
    private(set) var time = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    private var timerTime = NIODeadline.distantFuture

    /// Waits for nothing.
    mutating func clear() {
        time = .distantFuture
    }

    /// Sets the time; `fire` is called at or after the timer's, and must ask ``isReached(on:_:)``.
    mutating func set(_ time: NIODeadline, on eventLoop: any EventLoop, _ fire: @escaping @Sendable () -> Void) {
        self.time = time
        guard time < timerTime else { return }
        timer?.cancel()
        timerTime = time
        timer = eventLoop.scheduleTask(deadline: time, fire)
    }

    /// Whether the time has come; if not, the timer is set anew.
    mutating func isReached(on eventLoop: any EventLoop, _ fire: @escaping @Sendable () -> Void) -> Bool {
        timer = nil
        timerTime = .distantFuture
        if NIODeadline.now() >= time {
            time = .distantFuture
            return true
        }
        if time < .distantFuture { set(time, on: eventLoop, fire) }
        return false
    }

    mutating func cancel() {
        timer?.cancel()
        timer = nil
        time = .distantFuture
        timerTime = .distantFuture
    }
}
