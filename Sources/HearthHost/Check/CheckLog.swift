import Logging
import Synchronization

/// What the host complains about while a plugin is being checked.
final class CheckLog: Sendable {
    /// A warning or an error of the host about a plugin.
    struct Complaint: Sendable {
        let message: String
        /// What belongs to it, but for the plugin's name.
        let details: String
        /// The rule that was broken.
        let rule: String
    }

    /// Which rule a message is about, by its beginning. What is not listed is about the rule `log`.
    private static let rules: KeyValuePairs<String, String> = [
        "A worker thread is held": "threads", "A transaction": "transactions", "A statement": "statements",
        "A call": "calls", "A handler": "handlers", "A service call": "handlers", "A plugin has not let go": "contexts",
        "A plugin did not end": "life cycle",
    ]

    /// What the report says anyway, or what helps nobody there.
    private static let known: Set<String> = ["plugin", "route", "request_id", "count", "replaced", "work"]

    private let complaints = Mutex<[Complaint]>([])

    /// What was complained about since the last time.
    func take() -> [Complaint] {
        complaints.withLock { complaints in
            defer { complaints = [] }
            return complaints
        }
    }

    /// A logger that records here what concerns plugins, and passes over the rest.
    var logger: Logger { Logger(label: "hearth.check", factory: { _ in Handler(log: self) }) }

    private func add(_ event: LogEvent, _ metadata: Logger.Metadata) {
        // What the plugin itself says is no complaint of the host, and what the host does itself is no fault of the plugin.
        guard event.level >= .warning, event.source == "HearthHost", let plugin = metadata["plugin"], "\(plugin)" != "host" else {
            return
        }
        let message = "\(event.message)"
        let details = metadata.filter { !Self.known.contains($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let rule = Self.rules.first { message.hasPrefix($0.key) }?.value ?? "log"
        complaints.withLock { $0.append(Complaint(message: message, details: details, rule: rule)) }
    }

    private struct Handler: LogHandler {
        let log: CheckLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.add(event, metadata.merging(event.metadata ?? [:]) { _, new in new }) }
    }
}
