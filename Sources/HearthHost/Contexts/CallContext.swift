import CHearth
import HearthDatabase
import HearthThreads
import NIOConcurrencyHelpers
import Synchronization

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
        case job(JobExchange)
        case transaction(TransactionHolder)
        case lifecycle
    }

    let plugin: PluginInstance
    let purpose: Purpose
    let parent: CallContext?
    let requestID: String
    let actor: Actor?
    /// How deep service calls are nested.
    let depth: Int
    /// On whose account its work is done.
    let label: WorkLabel
    /// The transaction that calls on this context join; nil outside of one.
    let transaction: (any DatabaseTransaction)?
    /// What C sees of the actor and the request id, for as long as the context lives.
    let foreign: ForeignContext

    private struct State {
        var handle: hearth_context = 0
        var deadline: Deadline
        /// The plugin has let go of it.
        var isOver = false
        var isCancelled = false
        /// The threads that are calling `onCancel` at the moment.
        var callbackThreads: [pthread_t] = []
        var onCancel: ForeignCompletion<@convention(c) (UnsafeMutableRawPointer?) -> Void>?
        /// A transaction or savepoint of its own is open: calls belong on that one's context.
        var hasOpenTransaction = false
        /// A call is running in the transaction, which takes one at a time.
        var isBusy = false
        /// The borrowed transaction has been taken back.
        var isBarred = false
        /// What waits until nothing runs in the transaction on behalf of this context.
        var whenIdle: [@Sendable () -> Void] = []
        /// The latest database calls, to be given up with the context.
        var running: [any Cancellation] = []
        /// What lives no longer than the context, by its number.
        var belongings: [UInt64: any Cancellation] = [:]
    }

    private let state: NIOLockedValueBox<State>

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
        state = NIOLockedValueBox(State(deadline: deadline))
        self.transaction = transaction
        self.depth = depth
        label =
            switch purpose {
            case .request(let exchange): exchange.route.label
            case .call(let exchange): exchange.service.label
            case .facet(let exchange): exchange.facet.label
            case .job(let exchange): exchange.kind.label
            case .transaction: parent?.label ?? plugin.label
            case .observer, .lifecycle: plugin.label
            }
        foreign = ForeignContext(requestID: requestID, actor: actor)
    }

    /// The handle; set once, when the context is opened.
    var handle: hearth_context {
        get { state.withLockedValue { $0.handle } }
        set { state.withLockedValue { $0.handle = newValue } }
    }

    /// When the host gives up.
    var deadline: Deadline { state.withLockedValue { $0.deadline } }

    /// Nothing is late any more: an answer that is sent piece by piece takes as long as it takes.
    func liftDeadline() { state.withLockedValue { $0.deadline = Deadline(uptimeNanoseconds: .max) } }

    /// Whether nobody waits for the result any more.
    var isCancelled: Bool { state.withLockedValue { $0.isCancelled } || parent?.isCancelled == true }

    /// Whether the transaction, if any, is the caller's.
    var isBorrowed: Bool {
        switch purpose {
        case .call, .observer: true
        case .transaction(let holder): holder.savepoint != nil && parent?.isBorrowed == true
        case .request, .facet, .job, .lifecycle: false
        }
    }

    // MARK: Cancellation

    /// Notes that nobody waits any more and tells the plugin, once; likewise for what was begun on this context. The plugin is
    /// called on a worker: whoever cancels may be an event loop.
    func cancel() {
        let (isFirst, callback, running) = state.withLockedValue { state in
            defer {
                state.isCancelled = true
                state.onCancel = nil
            }
            return (!state.isCancelled, state.onCancel, state.running + state.belongings.values)
        }
        guard isFirst else { return }
        for call in running { call.cancel() }
        if let callback { plugin.services.workers.enqueue(label) { self.call(callback) } }
        for child in plugin.services.contexts.open where child.parent === self { child.cancel() }
    }

    /// Calls what was asked for with `on_cancel`, unless the context is over.
    private func call(_ callback: ForeignCompletion<@convention(c) (UnsafeMutableRawPointer?) -> Void>) {
        let thread = pthread_self()
        let mayCall = state.withLockedValue { state in
            guard !state.isOver else { return false }
            state.callbackThreads.append(thread)
            return true
        }
        guard mayCall else { return }
        WorkLabel.with(label) { callback.function(callback.user) }
        state.withLockedValue { state in
            if let index = state.callbackThreads.firstIndex(of: thread) { state.callbackThreads.remove(at: index) }
        }
    }

    /// The plugin has let go: `on_cancel` is not called from now on, and has returned if it was being called on another thread,
    /// since what it points to may be gone next.
    func end() {
        let belongings = state.withLockedValue { state in
            defer { state.belongings = [:] }
            state.isOver = true
            return state.belongings.values
        }
        for belonging in belongings { belonging.cancel() }
        let thread = pthread_self()
        while state.withLockedValue({ state in
            state.isOver = true
            state.onCancel = nil
            // A call holds its completion, and the completion this context.
            state.running = []
            return state.callbackThreads.contains { $0 != thread }
        }) {
            usleep(50)
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

    private static let lastNumber = Atomic<UInt64>(0)

    /// A number for something to keep, never the same twice.
    static func nextNumber() -> UInt64 { lastNumber.add(1, ordering: .relaxed).newValue }

    /// Keeps something until the context is over, when it is given up; at once when that is so already.
    func keep(_ belonging: any Cancellation, as number: UInt64) {
        let isOver = state.withLockedValue { state in
            if !state.isOver { state.belongings[number] = belonging }
            return state.isOver
        }
        if isOver { belonging.cancel() }
    }

    /// What is kept under a number; nil when there is nothing, or the context is over.
    func belonging(_ number: UInt64) -> (any Cancellation)? { state.withLockedValue { $0.belongings[number] } }

    /// Gives up what is kept under a number.
    ///
    /// - Returns: false when there is nothing
    @discardableResult
    func drop(_ number: UInt64) -> Bool {
        let belonging = state.withLockedValue { $0.belongings.removeValue(forKey: number) }
        belonging?.cancel()
        return belonging != nil
    }

    /// Sets what is called when nobody waits any more; at once when that has happened.
    func onCancel(_ call: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void, _ user: UnsafeMutableRawPointer?) {
        let isCancelled = state.withLockedValue { state in
            if !state.isCancelled { state.onCancel = ForeignCompletion(function: call, user: user) }
            return state.isCancelled
        }
        if isCancelled { self.call(ForeignCompletion(function: call, user: user)) }
    }

    // MARK: One call at a time in a transaction

    /// Begins a database or service call.
    ///
    /// - Returns: `HEARTH_OK`; `HEARTH_BUSY` while a transaction of its own is open or another call runs in the transaction;
    ///   `HEARTH_STALE` when the borrowed transaction has been taken back
    func beginCall() -> hearth_status {
        state.withLockedValue { state in
            guard !state.isBarred else { return Status.stale }
            guard !state.hasOpenTransaction else { return Status.busy }
            guard transaction != nil else { return Status.ok }
            guard !state.isBusy else { return Status.busy }
            state.isBusy = true
            return Status.ok
        }
    }

    /// The call is over.
    func endCall() {
        guard transaction != nil else { return }
        settle { $0.isBusy = false }
    }

    /// Reserves the context for a transaction or savepoint that is about to be begun on it; as ``beginCall()``.
    func beginTransaction() -> hearth_status {
        state.withLockedValue { state in
            guard !state.isBarred else { return Status.stale }
            guard !state.hasOpenTransaction, !state.isBusy else { return Status.busy }
            state.hasOpenTransaction = true
            return Status.ok
        }
    }

    /// The transaction or savepoint is over, or could not be begun.
    func endTransaction() { settle { $0.hasOpenTransaction = false } }

    private func settle(_ change: (inout State) -> Void) {
        let actions = state.withLockedValue { state -> [@Sendable () -> Void] in
            change(&state)
            guard !state.isBusy, !state.hasOpenTransaction else { return [] }
            defer { state.whenIdle = [] }
            return state.whenIdle
        }
        for action in actions { action() }
    }

    /// Calls a function as soon as nothing runs in the transaction on behalf of this context. New calls are kept out by closing
    /// or barring it before.
    func whenIdle(_ action: @escaping @Sendable () -> Void) {
        let isIdle = state.withLockedValue { state in
            if !state.isBusy, !state.hasOpenTransaction { return true }
            state.whenIdle.append(action)
            return false
        }
        if isIdle { action() }
    }

    /// Takes the borrowed transaction back: every further call is refused.
    func bar() { state.withLockedValue { $0.isBarred = true } }

    /// Whether the borrowed transaction has been taken back.
    var isBarred: Bool { state.withLockedValue { $0.isBarred } }

    /// Whether it was begun on another context, directly or not.
    func descends(from other: CallContext) -> Bool {
        self === other || parent?.descends(from: other) == true
    }

    /// Whether a call or a transaction on it is still under way.
    var isInUse: Bool { state.withLockedValue { $0.hasOpenTransaction || $0.isBusy } }
}

extension CallContext {
    /// Does something when the transaction of this context commits, and not at all when it or the savepoint around is rolled
    /// back; at once outside of a transaction.
    func afterCommit(_ action: @escaping @Sendable () -> Void) {
        guard transaction != nil, let holder = nearestHolder else { return action() }
        holder.afterCommit(action)
    }

    /// A savepoint is kept: what was to happen after the commit is the business of the transaction around it.
    func handOn(from holder: TransactionHolder) {
        let outer = parent?.nearestHolder
        for action in holder.takeActions() { if let outer { outer.afterCommit(action) } else { action() } }
    }

    /// The innermost transaction or savepoint that the context is in.
    private var nearestHolder: TransactionHolder? {
        if case .transaction(let holder) = purpose { return holder }
        return parent?.nearestHolder
    }
}

/// A transaction that a plugin has begun: its own, or a savepoint in the one that it is in.
final class TransactionHolder: Sendable {
    let transaction: any DatabaseTransaction
    /// Set for a savepoint.
    let savepoint: Savepoint?
    private let actions = NIOLockedValueBox<[@Sendable () -> Void]>([])

    init(transaction: any DatabaseTransaction, savepoint: Savepoint? = nil) {
        self.transaction = transaction
        self.savepoint = savepoint
    }

    /// Does something when it commits.
    func afterCommit(_ action: @escaping @Sendable () -> Void) { actions.withLockedValue { $0.append(action) } }

    /// What is to happen when it commits; nothing is left to happen then.
    func takeActions() -> [@Sendable () -> Void] {
        actions.withLockedValue { actions in
            defer { actions = [] }
            return actions
        }
    }

    /// Undoes it.
    func rollback(completion: @escaping DoneCompletion) {
        if let savepoint {
            transaction.rollback(to: savepoint, completion: completion)
        } else {
            transaction.rollback(completion: completion)
        }
    }
}
