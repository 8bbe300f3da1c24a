import HearthDatabase

/// Cancels contexts whose deadline has passed: looks at all open ones from time to time, so that a request costs no timer.
final class ContextWatch: Sendable {
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - table: the contexts to watch
    ///   - interval: how often to look
    init(_ table: ContextTable, every interval: Duration = .milliseconds(20)) {
        task = Task.detached {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                let now = Deadline.now
                for context in table.open where context.deadline <= now { context.expire() }
            }
        }
    }

    /// Ends the watch.
    func stop() { task.cancel() }
}

extension CallContext {
    /// The deadline has passed: whoever waits is answered in the plugin's place, and the plugin is told.
    func expire() {
        switch purpose {
        case .request(let exchange): guard exchange.giveUp(.timeout) else { return }
        case .call(let exchange): exchange.giveUp()
        case .facet(let exchange): exchange.giveUp()
        case .observer(let exchange): exchange.giveUp()
        case .transaction, .lifecycle: break
        }
        cancel()
    }
}
