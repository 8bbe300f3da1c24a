import HearthThreads
import NIOConcurrencyHelpers
import NIOCore
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
    private let turns = ThreadSpecificVariable<LoopTurn>()

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
        let watchdog = Thread("watchdog") { [weak self] in
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
        Thread("late work") { [argument = Argument(pointer: argument)] in run(argument.pointer) }.start()
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

    /// Runs a C function on a worker. An event loop hands over what one of its turns brings at the end of that turn: with one
    /// lock and one wake-up for all of it.
    func enqueueWithTurn(
        _ label: WorkLabel, _ argument: UnsafeMutableRawPointer?,
        _ run: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) {
        let turn = turns.currentValue ?? LoopTurn()
        if turn.works.isEmpty {
            if let eventLoop = MultiThreadedEventLoopGroup.currentEventLoop {
                eventLoop.execute { [self] in handOver(turn) }
            } else if let eventLoop = HearthThreads.EventLoop.current {
                eventLoop.atEndOfTurn { [self] in handOver(turn) }
            } else {
                return enqueue(label, argument, run)
            }
            turns.currentValue = turn
        }
        turn.works.append(Work(run: run, argument: argument, label: label))
    }

    /// Runs a closure on a worker, as above.
    func enqueueWithTurn(_ label: WorkLabel, _ body: @escaping @Sendable () -> Void) {
        enqueueWithTurn(label, Unmanaged.passRetained(ClosureBox(body: body)).toOpaque(), ClosureBox.run)
    }

    private func handOver(_ turn: LoopTurn) {
        let works = turn.works
        turn.works.removeAll(keepingCapacity: true)
        if !queue.push(contentsOf: works) { for work in works { enqueue(work.label, work.argument, work.run) } }
    }

    /// What an event loop has collected in its current turn.
    ///
    /// `@unchecked Sendable`: touched on the thread of its event loop only.
    private final class LoopTurn: @unchecked Sendable {
        var works: [Work] = []
    }

    private struct Argument: @unchecked Sendable {
        // `@unchecked Sendable`: handed over to the one thread that runs the work.
        let pointer: UnsafeMutableRawPointer?
    }

    /// Runs a closure on a worker.
    func enqueue(_ label: WorkLabel, _ body: @escaping @Sendable () -> Void) {
        enqueue(label, Unmanaged.passRetained(ClosureBox(body: body)).toOpaque(), ClosureBox.run)
    }

    private final class ClosureBox {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }

        static let run: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
            guard let pointer else { return }
            Unmanaged<ClosureBox>.fromOpaque(pointer).takeRetainedValue().body()
        }
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
        Thread("worker") { [weak self] in
            Worker.current.currentValue = worker
            while true {
                var next = queue.tryPop()
                if next == nil {
                    worker.deliverAll()
                    next = queue.pop()
                }
                guard let work = next else { break }
                worker.begin(work.label)
                work.run(work.argument)
                if worker.end(), self?.retire(worker) ?? true { return worker.deliverAll() }
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
        var held: [Worker] = []
        let stuck = threads.withLockedValue { threads in
            // Several may be stuck at once, and share what room there is.
            var room = baseCount + extraLimit - threads.count
            return threads.compactMap { worker -> StuckWork? in
                guard let label = worker.stuck(since: now, patience: Self.patience), !worker.isReplaced else { return nil }
                worker.isReplaced = true
                held.append(worker)
                room -= 1
                return StuckWork(plugin: label.plugin, activity: label.activity, isReplaced: room >= 0)
            }
        }
        // What the thread has answered before must not wait for it.
        for worker in held { worker.deliverAll() }
        for work in stuck {
            if work.isReplaced { startThread() }
            onStuck(work)
        }
    }
}
