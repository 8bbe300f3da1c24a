import HearthThreads
import NIOPosix
import Synchronization

/// Threads for work that blocks: handlers that say so, and `run_blocking`. Bounded in threads and in waiting work.
final class BlockingPool: Sendable {
    private let queue = WorkQueue()
    private let waiting = Atomic<Int>(0)
    private let limit: Int

    /// Set on the threads of a pool.
    static let isCurrent = ThreadSpecificVariable<BlockingPool>()

    /// - Parameters:
    ///   - threads: how many
    ///   - limit: how much work may wait or run
    init(threads: Int = 8, limit: Int = 256) {
        self.limit = limit
        for _ in 0..<threads {
            Thread("blocking") { [queue, weak self] in
                Self.isCurrent.currentValue = self
                while let work = queue.pop() {
                    work.run(work.argument)
                    _ = self?.waiting.subtract(1, ordering: .relaxed)
                }
            }.start()
        }
    }

    /// Runs a C function on a thread of the pool.
    ///
    /// - Returns: false when the pool is full: it will not be run
    func enqueue(
        _ label: WorkLabel, _ argument: UnsafeMutableRawPointer?,
        _ run: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= limit else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        return queue.push(WorkerPool.Work(run: run, argument: argument, label: label))
    }

    /// Ends the threads once they have nothing to do.
    func stop() { queue.close() }
}
