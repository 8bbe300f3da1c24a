public import HearthConfiguration
import HearthThreads

/// Hands mails to a server, over a few connections at the same time.
///
/// The library blocks, so each connection has a thread, which is there as long as there are mails.
///
/// `@unchecked Sendable`: what changes is behind the monitor.
public final class SMTPTransport: MailTransport, @unchecked Sendable {
    private struct Delivery {
        let mail: Mail
        let handingOver: @Sendable () async -> Bool
        let continuation: UnsafeContinuation<MailOutcome, Never>
    }

    private let server: MailServer
    private let limit: Duration
    private let maximumThreads: Int
    private let monitor = Monitor()
    private var waiting: [Delivery] = []
    private var threads = 0
    private var idleThreads = 0

    /// How long a connection stays open for the next mail.
    private static let patience = Duration.seconds(5)

    /// - Parameters:
    ///   - server: where mails go
    ///   - limit: how long one mail may take
    ///   - connections: how many mails are handed over at the same time
    public init(_ server: MailServer, limit: Duration, connections: Int = 4) {
        self.server = server
        self.limit = limit
        maximumThreads = max(1, connections)
    }

    /// Hands a mail over as soon as a connection is free.
    public func deliver(_ mail: Mail, handingOver: @escaping @Sendable () async -> Bool) async -> MailOutcome {
        await withUnsafeContinuation { continuation in
            let delivery = Delivery(mail: mail, handingOver: handingOver, continuation: continuation)
            let needsThread = monitor.withLock {
                waiting.append(delivery)
                monitor.signal()
                guard idleThreads < waiting.count, threads < maximumThreads else { return false }
                threads += 1
                return true
            }
            if needsThread, !Thread("mail", { self.work() }).start() { giveUp() }
        }
    }

    private func work() {
        let session = SMTPSession(server, limit: limit)
        while let delivery = next() {
            delivery.continuation.resume(returning: session.send(delivery.mail, handingOver: delivery.handingOver))
        }
    }

    /// The next mail; nil when none has come for a while, and the thread is to end.
    private func next() -> Delivery? {
        monitor.withLock {
            let end = Deadline.after(Self.patience)
            idleThreads += 1
            while waiting.isEmpty, !end.hasPassed { monitor.wait(until: end) }
            idleThreads -= 1
            guard waiting.isEmpty else { return waiting.removeFirst() }
            threads -= 1
            return nil
        }
    }

    /// The system has no thread left: unless there is one already, nobody would come.
    private func giveUp() {
        let left = monitor.withLock {
            threads -= 1
            guard threads == 0 else { return [Delivery]() }
            defer { waiting = [] }
            return waiting
        }
        for delivery in left { delivery.continuation.resume(returning: .failed("the system has no thread left")) }
    }
}
