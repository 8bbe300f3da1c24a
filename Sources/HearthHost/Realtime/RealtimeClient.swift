import HearthCache
import HearthDatabase
import HearthHTTP
import Synchronization

/// A client that listens: who he is, by which token, and how he is reached.
final class RealtimeClient: SessionHolder {
    /// How a client is reached.
    enum Transport: Sendable {
        case socket(WebSocket)
        case stream(EventStream)
    }

    let actor: Actor
    let transport: Transport
    private let topics = Mutex<Set<Topic>>([])
    private let over = Atomic<Bool>(false)

    init(_ actor: Actor, _ transport: Transport) {
        self.actor = actor
        self.transport = transport
    }

    /// Whether he has gone.
    var isOver: Bool { over.load(ordering: .acquiring) }

    /// What he listens to.
    var subscriptions: Set<Topic> { topics.withLock { $0 } }

    /// Notes a subscription; false when it is there already.
    func add(_ topic: Topic) -> Bool { topics.withLock { $0.insert(topic).inserted } }

    /// Forgets a subscription; false when there is none.
    func remove(_ topic: Topic) -> Bool { topics.withLock { $0.remove(topic) != nil } }

    /// He has gone.
    ///
    /// - Returns: what he listened to; nil when that was known
    func end() -> Set<Topic>? {
        guard !over.exchange(true, ordering: .acquiringAndReleasing) else { return nil }
        return topics.withLock { topics in
            defer { topics = [] }
            return topics
        }
    }

    /// Sends a frame; an event with its place.
    func send(_ frame: String, topic: Topic? = nil, position: LogPosition? = nil) {
        switch transport {
        // By way of the list, which never sends at once: whoever sends may hold a lock.
        case .socket(let socket): WebSocket.send(WebSocketFrames(text: frame), to: [socket])
        case .stream(let stream): stream.send(frame, topic: topic, position: position)
        }
    }

    /// Closes the connection.
    func close(_ code: WebSocketCloseCode, _ reason: String) {
        switch transport {
        case .socket(let socket): socket.close(code, reason)
        case .stream(let stream): stream.end()
        }
    }
}
