import DequeModule
import HearthCache
import Logging
import Synchronization

/// Brings events into the logs of their topics, in their order; while the cache cannot be reached they wait here.
///
/// A cache that did not answer in time may have taken an event all the same: then it arrives twice, and never not at all, as
/// long as this host lives.
final class RealtimeOutbox: Sendable {
    private struct Waiting {
        let topic: Topic
        let event: RealtimeEvent
    }

    private struct State {
        var waiting: Deque<Waiting> = []
        var isSending = false
        var dropped = 0
    }

    /// Events that wait at most; the oldest make room.
    private static let capacity = 10_000

    private let cache: any Cache
    private let logger: Logger
    private let state = Mutex(State())

    init(_ cache: any Cache, _ logger: Logger) {
        self.cache = cache
        self.logger = logger
    }

    /// Brings an event into its log.
    ///
    /// - Parameters:
    ///   - event: what has happened
    ///   - topic: where
    ///   - deliver: called when the event has to wait; returns it as it is to be brought there later
    func publish(
        _ event: RealtimeEvent, to topic: Topic, delivering deliver: @escaping @Sendable (RealtimeEvent) -> RealtimeEvent
    ) {
        guard state.withLock({ $0.waiting.isEmpty }) else { return wait(deliver(event), topic) }
        append(event, topic) { [self] isDone in if !isDone { wait(deliver(event), topic) } }
    }

    private func append(_ event: RealtimeEvent, _ topic: Topic, done: @escaping @Sendable (Bool) -> Void) {
        cache.run(
            .append(log: topic.log, message: event.message, keeping: RealtimeHub.history, ttl: TopicFeed.kept)
        ) { [logger] result in
            if case .failure(let error) = result, error.kind == .refused || error.kind == .wrongType {
                // Trying again would not help.
                logger.error("An event could not be published", metadata: ["topic": "\(topic.name)", "reason": "\(error)"])
                return done(true)
            }
            if case .failure = result { done(false) } else { done(true) }
        }
    }

    private func wait(_ event: RealtimeEvent, _ topic: Topic) {
        let dropped = state.withLock { state in
            state.waiting.append(Waiting(topic: topic, event: event))
            guard state.waiting.count > Self.capacity else { return 0 }
            state.waiting.removeFirst()
            state.dropped += 1
            return state.dropped
        }
        if dropped == 1 || dropped % 1_000 == 0, dropped > 0 {
            logger.error("Events are dropped: Redis is gone for too long", metadata: ["dropped": "\(dropped)"])
        }
    }

    /// Tries again with what waits, one after the other until one fails.
    func flush() {
        let next = state.withLock { state -> Waiting? in
            guard !state.isSending, let first = state.waiting.first else { return nil }
            state.isSending = true
            return first
        }
        guard let next else { return }
        append(next.event, next.topic) { [self] isDone in
            state.withLock { state in
                state.isSending = false
                // The oldest may have made room meanwhile; then another one is taken out, and none is sent twice.
                if isDone, !state.waiting.isEmpty { state.waiting.removeFirst() }
            }
            if isDone { flush() }
        }
    }
}
