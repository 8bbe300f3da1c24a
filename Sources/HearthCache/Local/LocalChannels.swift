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

    func subscribe(_ channel: String, _ receive: @escaping @Sendable ([UInt8]) -> Void) -> any CacheSubscription {
        let subscription = Subscription(channel, receive) { [weak self] subscription in
            self?.channels.withLock { channels in
                channels[subscription.channel]?.removeAll { $0 === subscription }
                if channels[subscription.channel]?.isEmpty == true { channels[subscription.channel] = nil }
            }
        }
        channels.withLock { $0[channel, default: []].append(subscription) }
        return subscription
    }

    func publish(_ channel: String, _ message: [UInt8]) {
        for subscription in channels.withLock({ $0[channel] ?? [] }) { subscription.deliver(message) }
    }
}
