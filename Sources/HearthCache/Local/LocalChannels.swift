import Synchronization

/// Who listens to which channel in this process.
final class LocalChannels: Sendable {
    private final class Subscription: CacheSubscription {
        let channel: String
        let receive: @Sendable ([UInt8]) -> Void
        private let isCancelled = Atomic<Bool>(false)
        private let remove: @Sendable (Subscription) -> Void

        init(
            _ channel: String, _ receive: @escaping @Sendable ([UInt8]) -> Void,
            remove: @escaping @Sendable (Subscription) -> Void
        ) {
            self.channel = channel
            self.receive = receive
            self.remove = remove
        }

        func deliver(_ message: [UInt8]) { if !isCancelled.load(ordering: .acquiring) { receive(message) } }

        func cancel() {
            isCancelled.store(true, ordering: .releasing)
            remove(self)
        }
    }

    private let channels = Mutex<[String: [Subscription]]>([:])
    private let onChange = Mutex<@Sendable (String) -> Void>({ _ in })

    /// Calls a body after a channel has got its first or lost its last subscriber.
    func follow(_ body: @escaping @Sendable (String) -> Void) { onChange.withLock { $0 = body } }

    /// The channels that have subscribers.
    var names: [String] { channels.withLock { Array($0.keys) } }

    /// Whether a channel has subscribers.
    func has(_ channel: String) -> Bool { channels.withLock { $0[channel] != nil } }

    func subscribe(_ channel: String, _ receive: @escaping @Sendable ([UInt8]) -> Void) -> any CacheSubscription {
        let subscription = Subscription(channel, receive) { [weak self] subscription in
            self?.remove(subscription)
        }
        let isFirst = channels.withLock { channels in
            channels[channel, default: []].append(subscription)
            return channels[channel]?.count == 1
        }
        if isFirst { onChange.withLock { $0 }(channel) }
        return subscription
    }

    private func remove(_ subscription: Subscription) {
        let channel = subscription.channel
        let wasLast = channels.withLock { channels in
            guard channels[channel] != nil else { return false }
            channels[channel]?.removeAll { $0 === subscription }
            guard channels[channel]?.isEmpty == true else { return false }
            channels[channel] = nil
            return true
        }
        if wasLast { onChange.withLock { $0 }(channel) }
    }

    func publish(_ channel: String, _ message: [UInt8]) {
        for subscription in channels.withLock({ $0[channel] ?? [] }) { subscription.deliver(message) }
    }
}
