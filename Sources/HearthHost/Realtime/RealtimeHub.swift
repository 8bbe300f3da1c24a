import HearthCache
import HearthDatabase
import HearthHTTP
import HearthThreads
import Logging
import ServiceLifecycle
import Synchronization

/// Who is connected to this host, what they listen to, and what is published to them from any host.
final class RealtimeHub: Sendable {
    /// Topics that one connection may listen to.
    static let subscriptionLimit = 100
    /// Bytes of an event's data.
    static let dataLimit = 64 * 1024
    /// Events that a topic keeps for those who come back.
    static let history = 100

    private struct Feed {
        let feed: TopicFeed
        /// How many clients listen, or are about to.
        var clients: Int
        /// How many of them each user has.
        var users: [DatabaseUUID: Int] = [:]
    }

    private let cache: any Cache
    private let sessions: Sessions
    /// Distinguishes this host from the others on the cache.
    private let name: String
    private let outbox: RealtimeOutbox
    private let feeds = Mutex<[Topic: Feed]>([:])
    private let clients = Mutex<[ObjectIdentifier: RealtimeClient]>([:])
    private let authorities = Mutex<[String: TopicAuthority]>([:])
    private let isDraining = Atomic<Bool>(false)

    /// - Parameters:
    ///   - cache: what the hosts share
    ///   - sessions: closes connections whose tokens end
    ///   - logger: the host's log
    init(cache: any Cache, sessions: Sessions, logger: Logger) {
        self.cache = cache
        self.sessions = sessions
        name = String(UInt64.random(in: 0 ... .max), radix: 36)
        outbox = RealtimeOutbox(cache, logger)
    }

    /// How many clients are connected to this host.
    var clientCount: Int { clients.withLock { $0.count } }

    // MARK: Clients

    /// Adds a client.
    func connected(_ client: RealtimeClient) {
        clients.withLock { $0[ObjectIdentifier(client)] = client }
        sessions.add(client, client.actor)
        // The host began to shut down in between.
        if isDraining.load(ordering: .acquiring) { client.close(.goingAway, "The server shuts down") }
    }

    /// A client has gone.
    func disconnected(_ client: RealtimeClient) {
        guard let topics = client.end() else { return }
        sessions.remove(client)
        clients.withLock { $0[ObjectIdentifier(client)] = nil }
        for topic in topics { leave(topic, client) }
    }

    /// Whether a user may listen to a topic; as its owner says, asked each time.
    ///
    /// - Returns: nil when he may, else why not
    func refusal(of topic: Topic, for actor: Actor) async -> TopicRefusal? {
        switch topic {
        case .all, .user: return nil
        case .plugin(let owner, let name):
            guard let authority = authorities.withLock({ $0[owner] }) else {
                return TopicRefusal(code: "unknown_topic", message: "There is no such topic")
            }
            return await authority.refusal(of: name, for: actor)
        }
    }

    /// Lets a client listen to a topic that it may listen to.
    ///
    /// - Parameters:
    ///   - topic: what
    ///   - client: who
    ///   - since: up to where it has everything; nil for what comes from now on
    ///   - welcome: as for ``TopicFeed/join(_:since:welcome:done:)``
    func join(
        _ topic: Topic, _ client: RealtimeClient, since: LogPosition?,
        welcome: @escaping @Sendable (LogPosition?, _ isMissing: Bool) -> String
    ) async {
        let isNew = client.add(topic)
        let user = client.actor.userID
        let (feed, begins, appears) = feeds.withLock { feeds in
            let begins = feeds[topic] == nil
            var entry = feeds[topic] ?? Feed(feed: TopicFeed(topic, cache: cache, host: name), clients: 0)
            if isNew {
                entry.clients += 1
                entry.users[user, default: 0] += 1
            }
            feeds[topic] = entry
            return (entry.feed, begins, isNew && entry.users[user] == 1)
        }
        if begins { feed.start() }
        if appears { appear(user, in: topic) }
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            feed.join(client, since: since, welcome: welcome) { continuation.resume() }
        }
        // It has gone meanwhile, and its farewell came before the join.
        if client.isOver { feed.leave(client) }
        if client.isOver, client.remove(topic) { leave(topic, client) }
    }

    /// A client no longer listens to a topic.
    ///
    /// - Returns: false when it did not
    func unsubscribe(_ topic: Topic, _ client: RealtimeClient) -> Bool {
        guard client.remove(topic) else { return false }
        leave(topic, client)
        return true
    }

    private func leave(_ topic: Topic, _ client: RealtimeClient) {
        let user = client.actor.userID
        let (feed, isLast, disappears) = feeds.withLock { feeds -> (TopicFeed?, Bool, Bool) in
            guard var entry = feeds[topic] else { return (nil, false, false) }
            entry.clients -= 1
            let left = (entry.users[user] ?? 1) - 1
            entry.users[user] = left > 0 ? left : nil
            feeds[topic] = entry.clients > 0 ? entry : nil
            return (entry.feed, entry.clients <= 0, left <= 0)
        }
        feed?.leave(client)
        if isLast { feed?.stop() }
        if disappears { cache.run(.leave(set: topic.presence, member: "\(user)@\(name)")) { _ in } }
    }

    // MARK: Publishing

    /// Sends an event to all who listen to a topic, on all hosts.
    func publish(_ event: RealtimeEvent, to topic: Topic) {
        outbox.publish(event, to: topic) { [self] event in
            // The log cannot be reached: the clients of this host need not wait for it.
            guard let feed = feeds.withLock({ $0[topic]?.feed }) else { return event }
            feed.deliver(event)
            var event = event
            event.deliveredBy = name
            return event
        }
    }

    // MARK: Presence

    /// How long a user counts as present when his host says nothing more.
    private static let presence = Duration.seconds(90)

    /// The users who listen to a topic, on all hosts.
    func present(in topic: Topic) async throws(CacheError) -> [DatabaseUUID] {
        let members = try await cache.members(topic.presence)
        return Array(Set(members.compactMap { DatabaseUUID(String($0.prefix { $0 != "@" })) }))
    }

    private func appear(_ user: DatabaseUUID, in topic: Topic) {
        cache.run(.join(set: topic.presence, member: "\(user)@\(name)", ttl: Self.presence)) { _ in }
    }

    // MARK: Topics of plugins

    /// Adds who decides about the topics of a plugin.
    func add(_ authority: TopicAuthority) { authorities.withLock { $0[authority.plugin.id] = authority } }

    /// Takes him away.
    func removeAuthority(of plugin: PluginInstance) {
        authorities.withLock { if $0[plugin.id]?.plugin === plugin { $0[plugin.id] = nil } }
    }
}

extension RealtimeHub: Service {
    private static let interval = Duration.milliseconds(500)
    private static let beatInterval = Duration.seconds(30)

    /// While the host serves: closes connections whose tokens expire, tells that their users are present, keeps streams alive
    /// and brings events into the log that could not be brought there at once.
    func run() async throws {
        await withGracefulShutdownHandler {
            var lastBeat = Deadline.now
            while !Task.isCancelled, !isDraining.load(ordering: .acquiring) {
                try? await Task.sleep(for: Self.interval)
                outbox.flush()
                sessions.closeExpired()
                guard Deadline.now >= lastBeat + Self.beatInterval else { continue }
                lastBeat = .now
                beat()
            }
        } onGracefulShutdown: {
            self.drain()
        }
    }

    /// Closes all connections: the server shuts down.
    func drain() {
        isDraining.store(true, ordering: .releasing)
        for client in clients.withLock({ Array($0.values) }) { client.close(.goingAway, "The server shuts down") }
    }

    private func beat() {
        for client in clients.withLock({ Array($0.values) }) {
            if case .stream(let stream) = client.transport { stream.beat() }
        }
        for (topic, feed) in feeds.withLock({ $0 }) { for user in feed.users.keys { appear(user, in: topic) } }
    }
}

/// Why somebody may not listen to a topic.
struct TopicRefusal: Error, Sendable {
    let code: String
    let message: String
}
