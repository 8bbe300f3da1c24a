import HearthDatabase

/// A task that is given up with its context.
final class RunningTask: Cancellation {
    private let task: Task<Void, Never>

    init(_ task: Task<Void, Never>) { self.task = task }

    func cancel() { task.cancel() }
}
