import CHearth
import HearthThreads
import NIOConcurrencyHelpers

/// Who decides about the topics of a plugin.
struct TopicAuthority: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let plugin: PluginInstance
    let authorise: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<hearth_listener>?) -> hearth_outcome
    let user: UnsafeMutableRawPointer?

    /// Asks the plugin whether somebody may listen to a topic.
    ///
    /// - Parameters:
    ///   - name: without the plugin's id
    ///   - actor: who wants to listen
    /// - Returns: nil when he may, else why not
    func refusal(of name: String, for actor: Actor) async -> TopicRefusal? {
        await SubscriptionExchange(self, topic: name, actor: actor).run()
    }
}

/// The question whether somebody may listen to a topic, in the hands of its owner.
///
/// `@unchecked Sendable`: what changes is behind the lock; the listener's memory is constant once the plugin is called.
final class SubscriptionExchange: @unchecked Sendable {
    private let authority: TopicAuthority
    private let actor: Actor
    private let topic: ForeignText
    private let listener: UnsafeMutablePointer<hearth_listener>
    private let waiting = NIOLockedValueBox<UnsafeContinuation<TopicRefusal?, Never>?>(nil)
    /// The context, until the plugin lets go of it: the two hold each other for as long as it is open.
    private let context = NIOLockedValueBox<CallContext?>(nil)

    private static let limit = Duration.seconds(10)
    private static let denied = TopicRefusal(code: "denied", message: "You may not listen to this topic")
    private static let failed = TopicRefusal(code: "failed", message: "The topic cannot be listened to at the moment")

    init(_ authority: TopicAuthority, topic: String, actor: Actor) {
        self.authority = authority
        self.actor = actor
        self.topic = ForeignText(topic)
        listener = .allocate(capacity: 1)
        listener.initialize(to: hearth_listener())
        listener.pointee.size = UInt32(MemoryLayout<hearth_listener>.size)
        listener.pointee.topic = self.topic.string
    }

    deinit { listener.deallocate() }

    /// Asks, and waits for the answer.
    func run() async -> TopicRefusal? {
        let plugin = authority.plugin
        let context = CallContext(
            plugin: plugin, purpose: .subscription(self), requestID: "", actor: actor, deadline: .after(Self.limit))
        self.context.withLockedValue { $0 = context }
        plugin.services.contexts.open(context)
        listener.pointee.context = context.handle
        listener.pointee.actor = context.foreign.actor
        return await withUnsafeContinuation { continuation in
            waiting.withLockedValue { $0 = continuation }
            plugin.services.workers.enqueue(context.label) { self.ask(context) }
        }
    }

    private func ask(_ context: CallContext) {
        let outcome = authority.authorise(authority.user, listener)
        guard outcome != 2, authority.plugin.services.contexts[context.handle] != nil else { return }
        complete(Self.failed)
    }

    /// Lets in.
    func allow() -> hearth_status { complete(nil) }

    /// Keeps out.
    ///
    /// - Parameter message: for people; empty for the host's own
    func refuse(_ message: String) -> hearth_status {
        complete(message.isEmpty ? Self.denied : TopicRefusal(code: "denied", message: message))
    }

    @discardableResult
    private func complete(_ refusal: TopicRefusal?) -> hearth_status {
        guard let context = context.withLockedValue({ $0 }) else { return Status.stale }
        guard authority.plugin.services.contexts.close(context) else { return authority.plugin.reportStale("allow") }
        self.context.withLockedValue { $0 = nil }
        authority.plugin.services.finished(context)
        resume(refusal)
        return Status.ok
    }

    /// The answer did not come in time; the plugin may still let go of the question.
    func giveUp() { resume(Self.failed) }

    private func resume(_ refusal: TopicRefusal?) {
        let continuation = waiting.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
        WorkLabel.with(.host) { continuation?.resume(returning: refusal) }
    }
}
