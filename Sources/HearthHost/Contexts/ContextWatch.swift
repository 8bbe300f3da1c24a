import HearthDatabase
import HearthThreads
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Cancels contexts whose deadline has passed, and fires timers: looks at all of them from time to time, so that a request costs
/// no timer, and a clock that tests set by hand need wake nobody.
///
/// On a thread of its own: deadlines hold also while every worker is stuck in a plugin.
final class ContextWatch: Sendable {
    private let isStopped = Atomic<Bool>(false)

    /// - Parameters:
    ///   - table: the contexts to watch
    ///   - timers: the timers to fire
    ///   - interval: how often to look
    init(_ table: ContextTable, _ timers: TimerTable, every interval: Duration = .milliseconds(20)) {
        let microseconds = useconds_t(interval / .microseconds(1))
        Thread("contexts") { [self] in
            while !isStopped.load(ordering: .relaxed) {
                usleep(microseconds)
                let now = Deadline.now
                for context in table.open where context.deadline <= now { context.expire() }
                timers.fireDue()
            }
        }.start()
    }

    /// Ends the watch.
    func stop() { isStopped.store(true, ordering: .relaxed) }
}

extension CallContext {
    /// The deadline has passed: whoever waits is answered in the plugin's place, and the plugin is told.
    func expire() {
        switch purpose {
        case .request(let exchange): guard exchange.giveUp(.timeout) else { return }
        case .call(let exchange): exchange.giveUp()
        case .facet(let exchange): exchange.giveUp()
        case .observer(let exchange): exchange.giveUp()
        case .event(let question): question.giveUp()
        case .replay(let question): question.giveUp()
        case .subscription(let exchange): exchange.giveUp()
        case .background, .transaction, .job, .socket, .lifecycle: break
        }
        cancel()
    }
}
