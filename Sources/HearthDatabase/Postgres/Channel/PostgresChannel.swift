import CPostgres
import HearthThreads

/// A channel between all hosts on one PostgreSQL: LISTEN and NOTIFY on a connection of its own.
///
/// Messages are hints for those who look from time to time anyway: they are lost while the connection is, and equal ones that are sent
/// close together arrive once. They travel outside of transactions, since PostgreSQL lets transactions that notify commit only one
/// after the other.
///
/// `@unchecked Sendable`: everything that changes belongs to the thread of the loop.
public final class PostgresChannel: @unchecked Sendable {
    private let name: String
    private let address: PostgresAddress
    private let received: @Sendable (String) -> Void
    private let loop: EventLoop

    private var handle: OpaquePointer?
    private var handshake: PostgresHandshake?
    private var watch: EventLoop.Watch?
    private var timer: EventLoop.Timer?
    private var waiting: Set<String> = []
    /// Whether something was asked that is not answered yet.
    private var isBusy = true
    private var failures = 0
    private var isClosed = false

    /// How long messages wait for others, to travel together.
    private static let pause = Duration.milliseconds(5)
    /// PostgreSQL takes payloads of less than 8,000 bytes.
    private static let limit = 7_900

    /// Connects, again and again if need be, and listens.
    ///
    /// - Parameters:
    ///   - name: of the channel: lower-case letters and underscores
    ///   - configuration: which server; PgBouncer in transaction mode does not carry a channel
    ///   - received: called on the channel's thread with each message of another connection; must not block
    /// - Throws: `refused` for an address that cannot be read; `unavailable` when no thread can be started
    public init(
        _ name: String, _ configuration: PostgresConfiguration, received: @escaping @Sendable (String) -> Void
    ) throws(DatabaseError) {
        self.name = name
        address = try PostgresAddress(configuration, applicationName: "hearth-channel")
        self.received = received
        do {
            loop = try EventLoop(name: "hearth-channel")
        } catch {
            throw DatabaseError(.unavailable, "no thread can be started for the channel: \(error)")
        }
        loop.execute { self.connect() }
    }

    /// Tells the others. A message has no line breaks and less than 7,900 bytes; others are dropped.
    public func send(_ messages: Set<String>) {
        loop.execute {
            self.waiting.formUnion(messages.filter { !$0.isEmpty && $0.utf8.count < Self.limit && !$0.contains("\n") })
            // Who has missed a great many of them will look by himself.
            if self.waiting.count > 1_000 { self.waiting.removeAll() }
            self.sendSoon()
        }
    }

    /// Closes the connection and ends the thread.
    public func shutdown() {
        loop.execute {
            self.isClosed = true
            self.disconnect()
        }
        loop.stop()
    }

    // MARK: On the loop's thread

    private func connect() {
        guard !isClosed else { return }
        isBusy = true
        handle = address.connect()
        guard let handle else { return lost() }
        handshake = PostgresHandshake(handle, on: loop) { [unowned self] isOpen in
            handshake = nil
            if isOpen { listen() } else { lost() }
        }
        handshake?.start()
    }

    private func listen() {
        guard let handle, PQsetnonblocking(handle, 1) == 0, PQsendQuery(handle, "LISTEN \(name)") == 1 else { return lost() }
        watch = loop.watch(PQsocket(handle), for: .read) { [unowned self] readiness in ready(readiness) }
        flush()
    }

    private func ready(_ readiness: EventLoop.Readiness) {
        guard let handle else { return }
        if readiness.contains(.read) {
            guard PQconsumeInput(handle) == 1 else { return lost() }
            while isBusy, PQisBusy(handle) == 0 {
                guard let result = PQgetResult(handle) else {
                    (isBusy, failures) = (false, 0)
                    break
                }
                defer { PQclear(result) }
                guard PQresultStatus(result) != PGRES_FATAL_ERROR else { return lost() }
            }
            deliver(handle)
            sendSoon()
        }
        if readiness.contains(.write) { flush() }
    }

    private func deliver(_ handle: OpaquePointer) {
        let own = PQbackendPID(handle)
        while let notification = PQnotifies(handle) {
            defer { PQfreemem(notification) }
            guard notification.pointee.be_pid != own, let payload = notification.pointee.extra else { continue }
            for message in String(cString: payload).split(separator: "\n") { received(String(message)) }
        }
    }

    private func flush() {
        guard let handle else { return }
        switch PQflush(handle) {
        case 0: watch?.change(to: .read)
        case 1: watch?.change(to: [.read, .write])
        default: lost()
        }
    }

    private func sendSoon() {
        guard handle != nil, !isBusy, !waiting.isEmpty, timer == nil else { return }
        timer = loop.schedule(at: .after(Self.pause)) { [unowned self] in
            timer = nil
            sendWaiting()
        }
    }

    private func sendWaiting() {
        guard let handle, !isBusy else { return }
        var payload = ""
        while let message = waiting.first, payload.utf8.count + message.utf8.count < Self.limit {
            waiting.remove(message)
            payload += payload.isEmpty ? message : "\n" + message
        }
        guard !payload.isEmpty else { return }
        isBusy = true
        let isSent = name.withCString { name in
            payload.withCString { payload in
                PQsendQueryParams(handle, "SELECT pg_notify($1, $2)", 2, nil, [name, payload], nil, nil, 0) == 1
            }
        }
        guard isSent else { return lost() }
        flush()
    }

    private func lost() {
        disconnect()
        guard !isClosed else { return }
        failures += 1
        let pause = Duration.milliseconds(min(30_000, 50 << min(failures, 10))) * Double.random(in: 0.5...1)
        timer = loop.schedule(at: .after(pause)) { [unowned self] in
            timer = nil
            connect()
        }
    }

    private func disconnect() {
        timer?.cancel()
        timer = nil
        handshake?.cancel()
        handshake = nil
        watch?.cancel()
        watch = nil
        if let handle { PQfinish(handle) }
        handle = nil
    }
}
