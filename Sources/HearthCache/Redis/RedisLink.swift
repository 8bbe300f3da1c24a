import HearthThreads
import Logging

/// Keeps one connection to Redis: connects, introduces itself, and connects anew with growing pauses when it is lost. On the
/// loop's thread only.
final class RedisLink {
    private let loop: EventLoop
    private let configuration: RedisConfiguration
    private let purpose: String
    private var current: RedisConnection?
    private var isReady = false
    private var failures = 0
    private var isStopped = false
    /// Called with each connection that is ready.
    var onUp: (RedisConnection) -> Void = { _ in }
    /// Called when such a one is lost, and after each attempt that failed.
    var onDown: () -> Void = {}

    init(_ loop: EventLoop, _ configuration: RedisConfiguration, purpose: String) {
        self.loop = loop
        self.configuration = configuration
        self.purpose = purpose
    }

    /// The connection, when it is ready.
    var connection: RedisConnection? { isReady ? current : nil }

    /// Connects.
    func start() {
        guard !isStopped, current == nil else { return }
        do throws(CacheError) {
            let connection = try RedisConnection(loop, configuration.address) { [weak self] in self?.lost($0) }
            current = connection
            introduce(connection)
        } catch {
            lost(error)
        }
    }

    /// Closes the connection for good.
    func stop(_ error: CacheError) {
        isStopped = true
        isReady = false
        let connection = current
        current = nil
        connection?.close(error)
    }

    private func introduce(_ connection: RedisConnection) {
        let address = configuration.address
        var requests: [RedisRequest] = []
        if let password = address.password {
            requests.append(address.user.map { RedisRequest("AUTH", $0, password) } ?? RedisRequest("AUTH", password))
        }
        if address.database != 0 { requests.append(RedisRequest("SELECT", String(address.database))) }
        requests.append(RedisRequest("PING"))
        let deadline = Deadline.after(configuration.connectTimeout)
        for (index, request) in requests.enumerated() {
            connection.send(request, by: deadline) { [weak self, weak connection] result in
                guard let self, let connection, connection === current else { return }
                switch result {
                case .success(.error(let message)): connection.giveUp(CacheError(reply: message))
                case .success where index == requests.count - 1: ready(connection)
                // A failure is followed by the loss of the connection.
                case .success, .failure: break
                }
            }
        }
    }

    private func ready(_ connection: RedisConnection) {
        if failures > 0 { configuration.logger.info("Redis is back", metadata: ["connection": "\(purpose)"]) }
        failures = 0
        isReady = true
        onUp(connection)
    }

    private func lost(_ error: CacheError) {
        current = nil
        isReady = false
        guard !isStopped else { return }
        if failures == 0 {
            configuration.logger.warning(
                "Redis is gone; trying again until it is back",
                metadata: ["connection": "\(purpose)", "redis": "\(configuration.address)", "reason": "\(error.message)"])
        }
        onDown()
        let pause = min(configuration.longestPause, configuration.firstPause * Double(1 << min(failures, 16)))
        failures += 1
        loop.schedule(at: .after(pause * Double.random(in: 0.5...1))) { [weak self] in self?.start() }
    }
}
