import HearthDatabase
import Synchronization

/// Writes the ends of runs down: those that come while one write is on its way share the next.
final class JobFinisher: Sendable {
    struct Entry: Sendable {
        let run: FinishedRun
        let took: Duration
        /// Whether others may begin only when it is written down that this one is over.
        let isLimited: Bool
    }

    private struct State {
        var entries: [Entry] = []
        var isWriting = false
        var isStopped = false
    }

    private let store: JobStore
    private let observe: @Sendable (JobEvent) -> Void
    private let state = Mutex(State())
    private let waker = Waker()

    init(store: JobStore, observe: @escaping @Sendable (JobEvent) -> Void) {
        self.store = store
        self.observe = observe
    }

    func add(_ entry: Entry) {
        state.withLock { $0.entries.append(entry) }
        waker.wake()
    }

    /// Whether everything is written down.
    var isIdle: Bool { state.withLock { $0.entries.isEmpty && !$0.isWriting } }

    /// Ends the loop once everything is written down.
    func stop() {
        state.withLock { $0.isStopped = true }
        waker.wake()
    }

    func loop() async {
        while true {
            let (entries, isStopped) = state.withLock { state in
                let entries = state.entries
                state.entries = []
                state.isWriting = !entries.isEmpty
                return (entries, state.isStopped)
            }
            if !entries.isEmpty {
                await write(entries)
            } else if isStopped {
                return
            } else {
                await waker.sleep()
            }
        }
    }

    private func write(_ entries: [Entry]) async {
        var pause = Duration.milliseconds(50)
        // What cannot be written for as long as this is left to the lease: the jobs are run again.
        for _ in 0..<12 {
            do {
                let states = try await store.finish(entries.map(\.run))
                for entry in entries {
                    let job = entry.run.job
                    observe(.finished(kind: job.kind, queue: job.queue, state: states[job.id], took: entry.took))
                }
                store.bell.ring(Set(entries.lazy.filter(\.isLimited).map(\.run.job.queue)))
                return
            } catch {
                observe(.trouble("The ends of jobs cannot be written down: \(error)"))
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }
}
