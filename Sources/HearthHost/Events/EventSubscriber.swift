import CHearth
import HearthDatabase
import HearthThreads

/// Who wants to be told of an event.
struct EventSubscriber: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let plugin: PluginInstance
    /// Unique in the plugin.
    let name: String
    /// The event that it wants.
    let event: String
    let isInTransaction: Bool
    /// Lower numbers first, in the transaction.
    let order: Int32
    /// How often it is told again after a failure.
    let retries: Int
    let label: WorkLabel
    let handle: hearth_event_handler
    let user: UnsafeMutableRawPointer?

    /// The name by which the host remembers it.
    var id: String { "\(plugin.id)/\(name)" }

    /// How long a delivery after the commit may take.
    static let timeout = Duration.seconds(60)

    /// Tells it in a transaction, and waits for its consent.
    ///
    /// - Parameter context: the publisher's, in its transaction
    /// - Throws: the veto
    func consent(to event: PublishedEvent, on context: CallContext) async throws(ForeignError) {
        try await ask(event, attempt: 1) { question in
            CallContext(
                plugin: plugin, purpose: .event(question), parent: context, requestID: context.requestID, actor: context.actor,
                deadline: context.deadline, transaction: context.transaction, depth: context.depth + 1)
        }
    }

    /// Tells it after the commit, and waits until it is done with it.
    ///
    /// - Throws: why it has to be told again
    func deliver(_ event: PublishedEvent, attempt: Int) async throws(ForeignError) {
        try await ask(event, attempt: attempt) { question in
            CallContext(
                plugin: plugin, purpose: .event(question), requestID: "\(event.name) \(event.key) \(event.id)", actor: nil,
                deadline: .after(Self.timeout))
        }
    }

    private func ask(
        _ event: PublishedEvent, attempt: Int, context: (PluginQuestion<Void>) -> CallContext
    ) async throws(ForeignError) {
        let memory = EventMemory(event, attempt: attempt)
        let (handle, user) = (ForeignCompletion(function: handle, user: user), memory)
        let question = PluginQuestion<Void>(label) { context in
            user.event.pointee.context = context
            return handle.function(handle.user, user.event)
        }
        try await question.ask(on: context(question)).get()
    }
}
