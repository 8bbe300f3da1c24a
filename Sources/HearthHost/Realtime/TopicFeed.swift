import HearthCache
import HearthHTTP
import Synchronization

/// A topic on this host, while clients of it listen: follows the topic's log and passes every event on, once and in order.
///
/// What the cache sends is only the quick way: each event has a number, and wherever one is missing (a connection was lost, a
/// message came late) the log is read from there on.
final class TopicFeed: Sendable {
    let topic: Topic

    private struct Member {
        let client: RealtimeClient
        /// The number up to which it has everything.
        var last: Int64
    }

    private struct State {
        var members: [ObjectIdentifier: Member] = [:]
        /// Up to where members have everything; nil until the log was read once.
        var position: LogPosition?
        var isReading = false
        var mustReadAgain = false
        var subscription: (any CacheSubscription)?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let cache: any Cache
    private let host: String

    /// How long a log is kept after its last use.
    static let kept = Duration.seconds(3_600)

    /// - Parameters:
    ///   - topic: what it follows
    ///   - cache: has the log
    ///   - host: the name of this host among those of the cache
    init(_ topic: Topic, cache: any Cache, host: String) {
        self.topic = topic
        self.cache = cache
        self.host = host
    }

    /// Begins to follow the log.
    func start() {
        let subscription = cache.subscribe(topic.log, listening: { [weak self] in self?.readOn() }) { [weak self] message in
            if let entry = LogEntry(message) { self?.received(entry) }
        }
        let isStopped = state.withLock { state in
            state.subscription = subscription
            return state.isStopped
        }
        if isStopped { subscription.cancel() }
    }

    /// Nobody listens any more.
    func stop() {
        let subscription = state.withLock { state in
            state.isStopped = true
            defer { state.subscription = nil }
            return state.subscription
        }
        subscription?.cancel()
    }

    // MARK: Members

    /// Adds a client, or one that is there already anew.
    ///
    /// - Parameters:
    ///   - client: who listens
    ///   - since: up to where it has everything; nil for what comes from now on
    ///   - welcome: makes the frame that it receives first, from where the log ends and whether something is missing
    ///   - done: called when it has been added, on any thread
    func join(
        _ client: RealtimeClient, since: LogPosition?, welcome: @escaping @Sendable (LogPosition?, _ isMissing: Bool) -> String,
        done: @escaping @Sendable () -> Void
    ) {
        cache.run(.read(log: topic.log, after: since?.number ?? .max, ttl: Self.kept)) { [self] result in
            let mustReadAgain = state.withLock { state in
                guard !client.isOver else { return false }
                guard case .success(.entries(let read)) = result else {
                    state.members[ObjectIdentifier(client)] = Member(client: client, last: state.position?.number ?? 0)
                    client.send(welcome(nil, since != nil))
                    return false
                }
                // What has been passed on since then did not reach it.
                if let position = state.position, position.epoch == read.end.epoch, position.number > read.end.number {
                    return true
                }
                if state.position == nil { state.position = read.end }
                state.members[ObjectIdentifier(client)] = Member(client: client, last: read.end.number)
                let isSame = since?.epoch == read.end.epoch
                client.send(
                    welcome(read.end, since.map { !read.continues($0) } ?? false), topic: topic,
                    position: isSame ? since : read.end)
                for entry in read.entries where isSame {
                    if let event = RealtimeEvent(entry.message) {
                        client.send(event.frame(topic, entry.position), topic: topic, position: entry.position)
                    }
                }
                return false
            }
            if mustReadAgain { join(client, since: since, welcome: welcome, done: done) } else { done() }
        }
    }

    /// Removes a client.
    func leave(_ client: RealtimeClient) { state.withLock { $0.members[ObjectIdentifier(client)] = nil } }

    // MARK: Events

    /// Passes an event on that cannot be brought into the log at the moment.
    func deliver(_ event: RealtimeEvent) { state.withLock { pass(event, at: nil, &$0) } }

    private func received(_ entry: LogEntry) {
        let isMissing = state.withLock { state in
            // The log has not been read yet; it will be.
            guard let position = state.position else { return false }
            guard entry.position.epoch == position.epoch else { return true }
            guard entry.position.number <= position.number + 1 else { return true }
            if entry.position.number == position.number + 1 { pass(entry, &state) }
            return false
        }
        if isMissing { readOn() }
    }

    /// Reads what the log has beyond what was passed on.
    private func readOn() {
        let position: LogPosition?? = state.withLock { state in
            if state.isReading {
                state.mustReadAgain = true
                return nil
            }
            state.isReading = true
            return .some(state.position)
        }
        guard let position else { return }
        cache.run(.read(log: topic.log, after: position?.number ?? .max, ttl: Self.kept)) { [self] result in
            let mustReadAgain = state.withLock { state in
                state.isReading = false
                // When the cache is back it is listened to anew, and that leads here again.
                if case .success(.entries(let read)) = result { take(read, &state) }
                defer { state.mustReadAgain = false }
                return state.mustReadAgain
            }
            if mustReadAgain { readOn() }
        }
    }

    private func take(_ read: LogEntries, _ state: inout State) {
        guard let position = state.position else {
            state.position = read.end
            return
        }
        guard position.epoch == read.end.epoch else {
            // The log was lost: what was in it may never have come here. The new one is read from its beginning.
            tellOfGap(read.end, &state)
            state.position = LogPosition(epoch: read.end.epoch, number: 0)
            for key in state.members.keys { state.members[key]?.last = 0 }
            state.mustReadAgain = read.end.number > 0
            return
        }
        if let first = read.entries.first, first.position.number > position.number + 1 { tellOfGap(read.end, &state) }
        for entry in read.entries where entry.position.number > state.position?.number ?? 0 { pass(entry, &state) }
    }

    private func tellOfGap(_ end: LogPosition, _ state: inout State) {
        let frame = RealtimeFrames.gap(topic)
        for member in state.members.values { member.client.send(frame) }
    }

    private func pass(_ entry: LogEntry, _ state: inout State) {
        state.position = entry.position
        guard let event = RealtimeEvent(entry.message) else { return }
        if event.deliveredBy == host {
            for index in state.members.values.indices { state.members.values[index].last = entry.position.number }
        } else {
            pass(event, at: entry.position, &state)
        }
    }

    /// Sends an event to all members that do not have it. Sending only hands over to the members' event loops, so the order of
    /// events is kept by the lock and nobody waits in it.
    private func pass(_ event: RealtimeEvent, at position: LogPosition?, _ state: inout State) {
        let text = event.frame(topic, position)
        var sockets: [WebSocket] = []
        for index in state.members.values.indices {
            if let position {
                guard state.members.values[index].last < position.number else { continue }
                state.members.values[index].last = position.number
            }
            switch state.members.values[index].client.transport {
            case .socket(let socket): sockets.append(socket)
            case .stream(let stream): stream.send(text, topic: topic, position: position)
            }
        }
        if !sockets.isEmpty { WebSocket.send(WebSocketFrames(text: text), to: sockets) }
    }
}
