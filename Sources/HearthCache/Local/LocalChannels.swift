import Synchronization

/// Who listens to which channel in this process.
final class LocalChannels: Sendable {
    private final class Subscription: CacheSubscription {
        let channel: String
        let listening: @Sendable () -> Void
        private let receive: @Sendable ([UInt8]) -> Void
        private let isCancelled = Atomic<Bool>(false)
        private let remove: @Sendable (Subscription) -> Void

        init(
            _ channel: String, _ listening: @escaping @Sendable () -> Void, _ receive: @escaping @Sendable ([UInt8]) -> Void,
            remove: @escaping @Sendable (Subscription) -> Void
        ) {
            self.channel = channel
            self.listening = listening
            self.receive = receive
            self.remove = remove
        }

        func deliver(_ message: [UInt8]) { if !isCancelled.load(ordering: .acquiring) { receive(message) } }

        func cancel() {
            isCancelled.store(true, ordering: .releasing)
            remove(self)
        }
    }

    private struct Channel {
        var subscriptions: [Subscription] = []
        var isListening: Bool
    }

    private let isAlwaysListening: Bool
    private let channels = Mutex<[String: Channel]>([:])
    private let onChange = Mutex<@Sendable (String) -> Void>({ _ in })

    /// - Parameter isAlwaysListening: whether messages arrive without somebody else having to be told of the channel
    init(isAlwaysListening: Bool = false) { self.isAlwaysListening = isAlwaysListening }

    /// Calls a body after a channel has got its first or lost its last subscriber.
    func follow(_ body: @escaping @Sendable (String) -> Void) { onChange.withLock { $0 = body } }

    /// The channels that have subscribers.
    var names: [String] { channels.withLock { Array($0.keys) } }

    /// Whether a channel has subscribers.
    func has(_ channel: String) -> Bool { channels.withLock { $0[channel] != nil } }

    func subscribe(
        _ channel: String, _ listening: @escaping @Sendable () -> Void, _ receive: @escaping @Sendable ([UInt8]) -> Void
    ) -> any CacheSubscription {
        let subscription = Subscription(channel, listening, receive) { [weak self] subscription in
            self?.remove(subscription)
        }
        let (isFirst, isListening) = channels.withLock { channels in
            channels[channel, default: Channel(isListening: isAlwaysListening)].subscriptions.append(subscription)
            return (channels[channel]?.subscriptions.count == 1, channels[channel]?.isListening == true)
        }
        if isFirst { onChange.withLock { $0 }(channel) }
        if isListening { listening() }
        return subscription
    }

    /// The messages of a channel arrive from now on.
    func listens(to channel: String) {
        let subscriptions = channels.withLock { channels in
            channels[channel]?.isListening = true
            return channels[channel]?.subscriptions ?? []
        }
        for subscription in subscriptions { subscription.listening() }
    }

    /// No message arrives any more until ``listens(to:)``.
    func listensToNone() {
        channels.withLock { channels in for name in channels.keys { channels[name]?.isListening = false } }
    }

    private func remove(_ subscription: Subscription) {
        let channel = subscription.channel
        let wasLast = channels.withLock { channels in
            guard channels[channel] != nil else { return false }
            channels[channel]?.subscriptions.removeAll { $0 === subscription }
            guard channels[channel]?.subscriptions.isEmpty == true else { return false }
            channels[channel] = nil
            return true
        }
        if wasLast { onChange.withLock { $0 }(channel) }
    }

    func publish(_ channel: String, _ message: [UInt8]) {
        for subscription in channels.withLock({ $0[channel]?.subscriptions ?? [] }) { subscription.deliver(message) }
    }
}
