import HearthThreads
import NIOConcurrencyHelpers
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The threads on which request work and the code of plugins run.
///
/// As many as there are cores. When a piece of work holds its thread for longer than ``WorkerPool/patience``, it is named in
/// the log and another thread takes the place of the stuck one, up to a limit: a plugin that blocks delays others, but fails
/// none of them. The event loops of the network never run plugin code.
final class WorkerPool: Sendable {
    /// What a thread runs: a C function with its argument, and on whose account.
    struct Work {
        let run: @convention(c) (UnsafeMutableRawPointer?) -> Void
        let argument: UnsafeMutableRawPointer?
        let label: WorkLabel
    }

    /// How long a piece of work may hold a thread before another thread is started: with the time between two looks it is
    /// noticed within 100 ms.
    static let patience = Duration.milliseconds(75)

    private let queue: WorkQueue
    private let threads = NIOLockedValueBox<[Worker]>([])
    private let baseCount: Int
    private let extraLimit: Int
    private let onStuck: @Sendable (StuckWork) -> Void
    private let isStopping = Atomic<Bool>(false)

    /// What holds a thread for too long.
    struct StuckWork: Sendable {
        /// The plugin; nil for the host itself.
        let plugin: String?
        /// What the plugin does, such as a route that it serves; nil when that is not known.
        let activity: String?
        /// Whether another thread could be started.
        let isReplaced: Bool
    }

    /// - Parameters:
    ///   - threads: how many threads in normal times
    ///   - extraLimit: how many more while threads are stuck
    ///   - onStuck: called for each piece of work that holds a thread for too long
    init(threads: Int, extraLimit: Int = 32, onStuck: @escaping @Sendable (StuckWork) -> Void) {
        baseCount = threads
        self.extraLimit = extraLimit
        self.onStuck = onStuck
        queue = WorkQueue()
        for _ in 0..<threads { startThread() }
        let watchdog = Thread { [weak self] in
            while let pool = self, !pool.isStopping.load(ordering: .relaxed) {
                pool.replaceStuckThreads()
                usleep(20_000)
            }
        }
        watchdog.start()
    }

    /// Runs a C function on a worker, on the account of a plugin or of the host.
    func enqueue(
        _ label: WorkLabel, _ argument: UnsafeMutableRawPointer?,
        _ run: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) {
        if tryEnqueue(label, argument, run) { return }
        // The host has stopped; what still ends somewhere must not wait for ever.
        Thread { [argument = Argument(pointer: argument)] in run(argument.pointer) }.start()
    }

    /// Runs a C function on a worker.
    ///
    /// - Returns: false when the pool has been stopped: it will not be run
    func tryEnqueue(
        _ label: WorkLabel, _ argument: UnsafeMutableRawPointer?,
        _ run: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) -> Bool {
        queue.push(Work(run: run, argument: argument, label: label))
    }

    private struct Argument: @unchecked Sendable {
        // `@unchecked Sendable`: handed over to the one thread that runs the work.
        let pointer: UnsafeMutableRawPointer?
    }

    /// Runs a closure on a worker.
    func enqueue(_ label: WorkLabel, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(ClosureBox(body: body))
        enqueue(label, box.toOpaque()) { pointer in
            guard let pointer else { return }
            Unmanaged<ClosureBox>.fromOpaque(pointer).takeRetainedValue().body()
        }
    }

    private final class ClosureBox {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Ends the threads once they have nothing to do.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        queue.close()
    }

    /// How many threads there are now.
    var threadCount: Int { threads.withLockedValue { $0.count } }

    private func startThread() {
        let worker = Worker()
        threads.withLockedValue { $0.append(worker) }
        let queue = queue
        Thread { [weak self] in
            Worker.current.currentValue = worker
            while let work = queue.pop() {
                worker.begin(work.label)
                work.run(work.argument)
                if worker.end(), self?.retire(worker) ?? true { return }
            }
            _ = self?.threads.withLockedValue { $0.removeAll { $0 === worker } }
        }.start()
    }

    /// Ends a thread that was stuck, when others have taken its place.
    private func retire(_ worker: Worker) -> Bool {
        threads.withLockedValue { threads in
            let healthy = threads.count { !$0.isReplaced } + 1
            if healthy > baseCount {
                threads.removeAll { $0 === worker }
                return true
            }
            worker.isReplaced = false
            return false
        }
    }

    private func replaceStuckThreads() {
        let now = Deadline.now.uptimeNanoseconds
        let stuck = threads.withLockedValue { threads in
            // Several may be stuck at once, and share what room there is.
            var room = baseCount + extraLimit - threads.count
            return threads.compactMap { worker -> StuckWork? in
                guard let label = worker.stuck(since: now, patience: Self.patience), !worker.isReplaced else { return nil }
                worker.isReplaced = true
                room -= 1
                return StuckWork(plugin: label.plugin, activity: label.activity, isReplaced: room >= 0)
            }
        }
        for work in stuck {
            if work.isReplaced { startThread() }
            onStuck(work)
        }
    }
}
