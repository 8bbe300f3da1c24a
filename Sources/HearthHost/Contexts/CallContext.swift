import CHearth
import HearthDatabase
import NIOConcurrencyHelpers

/// On whose behalf a plugin works: what a `hearth_context` stands for.
final class CallContext: Sendable {
    /// What the context is for, with what completes it.
    enum Purpose: Sendable {
        case request(RequestExchange)
        case call(ServiceExchange)
        case facet(FacetExchange)
        case observer(ObserverExchange)
        case transaction(TransactionHolder)
        case lifecycle
    }

    let plugin: PluginInstance
    let purpose: Purpose
    let parent: CallContext?
    let requestID: String
    let actor: Actor?
    let deadline: Deadline
    /// How deep service calls are nested.
    let depth: Int
    /// The transaction that calls on this context join; nil outside of one.
    let transaction: (any DatabaseTransaction)?
    /// What C sees of the actor and the request id, for as long as the context lives.
    let foreign: ForeignContext

    private struct State {
        var handle: hearth_context = 0
        var isCancelled = false
        var onCancel: ForeignCompletion<@convention(c) (UnsafeMutableRawPointer?) -> Void>?
        /// A transaction or savepoint of its own is open: calls belong on that one's context.
        var hasOpenTransaction = false
        /// A call is running in the transaction, which takes one at a time.
        var isBusy = false
        /// The latest database calls, to be given up with the context.
        var running: [any Cancellation] = []
    }

    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - plugin: whose context it is
    ///   - purpose: what it is for
    ///   - parent: the context that it was opened on: it gives what is not stated here
    ///   - requestID: the trace
    ///   - actor: who acts
    ///   - deadline: when the host gives up
    ///   - transaction: what its calls join
    ///   - depth: how deep service calls are nested
    init(
        plugin: PluginInstance, purpose: Purpose, parent: CallContext? = nil, requestID: String, actor: Actor?,
        deadline: Deadline, transaction: (any DatabaseTransaction)? = nil, depth: Int = 0
    ) {
        self.plugin = plugin
        self.purpose = purpose
        self.parent = parent
        self.requestID = requestID
        self.actor = actor
        self.deadline = deadline
        self.transaction = transaction
        self.depth = depth
        foreign = ForeignContext(requestID: requestID, actor: actor)
    }

    /// The handle; set once, when the context is opened.
    var handle: hearth_context {
        get { state.withLockedValue { $0.handle } }
        set { state.withLockedValue { $0.handle = newValue } }
    }

    /// Whether nobody waits for the result any more.
    var isCancelled: Bool { state.withLockedValue { $0.isCancelled } || parent?.isCancelled == true }

    /// Whether the transaction, if any, is the caller's.
    var isBorrowed: Bool {
        switch purpose {
        case .call, .observer: true
        case .transaction(let holder): holder.savepoint != nil && parent?.isBorrowed == true
        case .request, .facet, .lifecycle: false
        }
    }

    // MARK: Cancellation

    /// Notes that nobody waits any more and tells the plugin, once.
    func cancel() {
        let callback = state.withLockedValue { state -> ForeignCompletion<@convention(c) (UnsafeMutableRawPointer?) -> Void>? in
            guard !state.isCancelled else { return nil }
            state.isCancelled = true
            defer { state.onCancel = nil }
            return state.onCancel
        }
        for call in state.withLockedValue({ $0.running }) { call.cancel() }
        if let callback { WorkLabel.with(plugin.label) { callback.function(callback.user) } }
    }

    /// Notes a database call that is to be given up when nobody waits any more. Giving up one that is over is harmless, so
    /// none is taken out; a handful is remembered.
    func note(_ call: any Cancellation) {
        let isCancelled = state.withLockedValue { state in
            if state.running.count >= 8 { state.running.removeFirst() }
            state.running.append(call)
            return state.isCancelled
        }
        if isCancelled { call.cancel() }
    }

    /// Sets what is called when nobody waits any more; at once when that has happened.
    func onCancel(_ call: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void, _ user: UnsafeMutableRawPointer?) {
        let isCancelled = state.withLockedValue { state in
            if !state.isCancelled { state.onCancel = ForeignCompletion(function: call, user: user) }
            return state.isCancelled
        }
        if isCancelled { WorkLabel.with(plugin.label) { call(user) } }
    }

    // MARK: One call at a time in a transaction

    /// Whether a database or service call may begin now.
    ///
    /// - Parameter exclusive: whether it has to be the only one, as in a transaction
    /// - Returns: false when a transaction of its own is open, or another call runs in the transaction
    func beginCall() -> Bool {
        state.withLockedValue { state in
            guard !state.hasOpenTransaction else { return false }
            guard transaction != nil else { return true }
            guard !state.isBusy else { return false }
            state.isBusy = true
            return true
        }
    }

    /// The call is over.
    func endCall() {
        guard transaction != nil else { return }
        state.withLockedValue { $0.isBusy = false }
    }

    /// Reserves the context for a transaction or savepoint that is about to be begun on it.
    func beginTransaction() -> Bool {
        state.withLockedValue { state in
            guard !state.hasOpenTransaction, !state.isBusy else { return false }
            state.hasOpenTransaction = true
            return true
        }
    }

    /// The transaction or savepoint is over, or could not be begun.
    func endTransaction() { state.withLockedValue { $0.hasOpenTransaction = false } }

    /// Whether a call or a transaction on it is still under way.
    var isInUse: Bool { state.withLockedValue { $0.hasOpenTransaction || $0.isBusy } }
}

/// A transaction that a plugin has begun: its own, or a savepoint in the one that it is in.
final class TransactionHolder: Sendable {
    let transaction: any DatabaseTransaction
    /// Set for a savepoint.
    let savepoint: Savepoint?

    init(transaction: any DatabaseTransaction, savepoint: Savepoint? = nil) {
        self.transaction = transaction
        self.savepoint = savepoint
    }

    /// Undoes it.
    func rollback(completion: @escaping @Sendable () -> Void) {
        if let savepoint {
            transaction.rollback(to: savepoint) { _ in completion() }
        } else {
            transaction.rollback { _ in completion() }
        }
    }
}
