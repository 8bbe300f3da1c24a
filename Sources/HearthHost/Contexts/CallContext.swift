import CHearth
import HearthDatabase
import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#endif

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
    private let ownDeadline: Deadline
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
        /// The handle is stale: nothing of the plugin is called for it any more.
        var isOver = false
        /// Threads that call the plugin's `on_cancel` at the moment.
        var calling: [pthread_t] = []
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
        ownDeadline = deadline
        self.transaction = transaction
        self.depth = depth
        foreign = ForeignContext(requestID: requestID, actor: actor)
    }

    /// The handle; set once, when the context is opened.
    var handle: hearth_context {
        get { state.withLockedValue { $0.handle } }
        set { state.withLockedValue { $0.handle = newValue } }
    }

    /// When the host gives up. An answer that is sent piece by piece has begun in time, and lasts as long as it lasts.
    var deadline: Deadline {
        if case .request(let exchange) = purpose, exchange.stream != nil { return Deadline(uptimeNanoseconds: .max) }
        return ownDeadline
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

    /// Notes that nobody waits any more: gives up what runs for it, and tells the plugin, once, on a worker; likewise for
    /// transactions and service calls that are made on its behalf.
    func cancel() {
        let noted = state.withLockedValue { state -> (running: [any Cancellation], hasCallback: Bool)? in
            guard !state.isCancelled, !state.isOver else { return nil }
            state.isCancelled = true
            return (state.running, state.onCancel != nil)
        }
        guard let noted else { return }
        for call in noted.running { call.cancel() }
        // This may be an event loop or the watch, which must not wait for a plugin.
        if noted.hasCallback { plugin.services.workers.enqueue(plugin.label) { self.callBack() } }
        for child in plugin.services.contexts.open where child.parent === self { child.cancel() }
    }

    /// Calls the plugin's `on_cancel`, unless the context is over by now.
    private func callBack() {
        let callback = state.withLockedValue { state -> ForeignCompletion<@convention(c) (UnsafeMutableRawPointer?) -> Void>? in
            guard !state.isOver, let callback = state.onCancel else { return nil }
            state.onCancel = nil
            state.calling.append(pthread_self())
            return callback
        }
        guard let callback else { return }
        callback.function(callback.user)
        state.withLockedValue { state in
            if let index = state.calling.firstIndex(of: pthread_self()) { state.calling.remove(at: index) }
        }
    }

    /// The context is over. The plugin may free what `on_cancel` was given as soon as this returns, so a call that is under
    /// way on another thread is waited for.
    func retire() {
        let me = pthread_self()
        var isCalled = state.withLockedValue { state in
            state.isOver = true
            state.onCancel = nil
            // A call holds its completion, and the completion this context.
            state.running = []
            return state.calling.contains { $0 != me }
        }
        while isCalled {
            usleep(100)
            isCalled = state.withLockedValue { state in state.calling.contains { $0 != me } }
        }
    }

    /// Notes a database call that is to be given up when nobody waits any more. Giving up one that is over is harmless, so
    /// none is taken out; a handful is remembered.
    func note(_ call: any Cancellation) {
        let isCancelled = state.withLockedValue { state in
            guard !state.isOver else { return false }
            if state.running.count >= 8 { state.running.removeFirst() }
            state.running.append(call)
            return state.isCancelled
        }
        if isCancelled { call.cancel() }
    }

    /// Sets what is called when nobody waits any more; at once when that has happened.
    func onCancel(_ call: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void, _ user: UnsafeMutableRawPointer?) {
        let isCancelled = state.withLockedValue { state in
            if !state.isOver { state.onCancel = ForeignCompletion(function: call, user: user) }
            return state.isCancelled || parent?.isCancelled == true
        }
        if isCancelled { WorkLabel.with(plugin.label) { callBack() } }
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
