import HearthThreads

/// The connection on which messages arrive: listens to the channels that have subscribers, again after each loss. On the
/// loop's thread only.
final class RedisSubscriber {
    /// A channel that nobody publishes to: asking for it again is answered, which shows that the connection lives. (PING is not
    /// possible: in this state the library takes no other answers.)
    private static let heartbeat = "hearth:heartbeat"

    private let loop: EventLoop
    private let configuration: RedisConfiguration
    private let channels: LocalChannels
    private let link: RedisLink
    private var isStarted = false
    private var subscribed: Set<String> = []
    private var lastSign = Deadline.now

    init(_ loop: EventLoop, _ configuration: RedisConfiguration, _ channels: LocalChannels) {
        self.loop = loop
        self.configuration = configuration
        self.channels = channels
        link = RedisLink(loop, configuration, purpose: "messages")
        link.onUp = { [weak self] in self?.up($0) }
        link.onDown = { channels.listensToNone() }
    }

    /// Follows a channel that has got its first or lost its last subscriber.
    func update(_ channel: String) {
        guard isStarted else {
            // The connection is only made when somebody listens.
            isStarted = true
            return link.start()
        }
        guard let connection = link.connection else { return }
        if channels.has(channel) {
            if subscribed.insert(channel).inserted { connection.sendSubscription(RedisRequest("SUBSCRIBE", channel)) }
        } else if subscribed.remove(channel) != nil {
            connection.sendSubscription(RedisRequest("UNSUBSCRIBE", channel))
        }
    }

    func stop(_ error: CacheError) { link.stop(error) }

    private func up(_ connection: RedisConnection) {
        subscribed = Set(channels.names)
        lastSign = .now
        connection.onMessage = { [weak self] in self?.received($0) }
        connection.sendSubscription(RedisRequest("SUBSCRIBE", Self.heartbeat))
        for channel in subscribed { connection.sendSubscription(RedisRequest("SUBSCRIBE", channel)) }
        beat(connection)
    }

    private func received(_ reply: RedisReply) {
        lastSign = .now
        guard case .list(let words) = reply, words.count == 3, let channel = words[1].text else { return }
        switch (words[0].text, words[2]) {
        case ("message", .bytes(let message)): channels.publish(channel, message)
        case ("subscribe", _) where channel != Self.heartbeat: channels.listens(to: channel)
        default: break
        }
    }

    private func beat(_ connection: RedisConnection) {
        loop.schedule(at: .after(configuration.heartbeat)) { [weak self, weak connection] in
            guard let self, let connection, link.connection === connection else { return }
            let asked = Deadline.now
            connection.sendSubscription(RedisRequest("SUBSCRIBE", Self.heartbeat))
            loop.schedule(at: asked + configuration.commandTimeout) { [weak self, weak connection] in
                guard let self, let connection, link.connection === connection else { return }
                guard lastSign >= asked else {
                    return connection.giveUp(CacheError(.timeout, "Redis did not answer in time"))
                }
                beat(connection)
            }
        }
    }
}
