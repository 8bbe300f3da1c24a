import CHearth
import HearthDatabase
import NIOConcurrencyHelpers

/// A question of the host to a plugin: from the call of its handler until it is answered, or the host gives up waiting.
final class PluginQuestion<Answer: Sendable>: Sendable {
    typealias Answered = Result<Answer, ForeignError>

    /// On whose account the plugin works.
    let label: WorkLabel
    private let handle: @Sendable (hearth_context) -> hearth_outcome

    private struct State {
        var waiting: UnsafeContinuation<Answered, Never>?
        /// The context, until the plugin lets go of it: the two hold each other for as long as it is open.
        var context: CallContext?
    }

    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - label: on whose account the plugin works
    ///   - handle: calls the handler; what it lends to the plugin has to live as long as this closure
    init(_ label: WorkLabel, handle: @escaping @Sendable (hearth_context) -> hearth_outcome) {
        self.label = label
        self.handle = handle
    }

    /// Asks the plugin, on a worker, and waits for its answer.
    ///
    /// - Parameter context: for this question
    func ask(on context: CallContext) async -> Answered {
        await withUnsafeContinuation { continuation in
            state.withLockedValue { $0 = State(waiting: continuation, context: context) }
            let services = context.plugin.services
            services.contexts.open(context)
            services.workers.enqueue(label) {
                let outcome = self.handle(context.handle)
                guard outcome != 2, services.contexts[context.handle] != nil else { return }
                _ = self.answer(.failure(ForeignError(Status.failed, "the plugin failed without an answer")), "answer")
            }
        }
    }

    /// Takes the plugin's answer.
    ///
    /// - Parameters:
    ///   - answer: what it says
    ///   - call: of the interface, for reports
    func answer(_ answer: Answered, _ call: StaticString) -> hearth_status {
        guard let context = state.withLockedValue({ $0.context }) else { return Status.stale }
        let wasInUse = context.isInUse
        guard context.plugin.services.contexts.close(context) else { return context.plugin.reportStale(call) }
        state.withLockedValue { $0.context = nil }
        context.plugin.services.finished(context)
        // What is still running in the transaction comes to its end before the transaction goes on.
        context.whenIdle {
            self.resume(
                wasInUse ? .failure(ForeignError(Status.failed, "the answer came while a query or savepoint was open")) : answer)
        }
        return wasInUse ? Status.busy : Status.ok
    }

    /// The answer did not come in time: a transaction is taken back, and the plugin keeps its context until it lets go.
    func giveUp() {
        guard let context = state.withLockedValue({ $0.context }) else { return }
        context.plugin.services.reclaim(context) {
            self.resume(.failure(ForeignError(Status.timeout, "the answer took too long")))
        }
    }

    private func resume(_ answer: Answered) {
        let waiting = state.withLockedValue { state in
            defer { state.waiting = nil }
            return state.waiting
        }
        WorkLabel.with(.host) { waiting?.resume(returning: answer) }
    }
}
