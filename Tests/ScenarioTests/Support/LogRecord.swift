import Logging
import Synchronization

/// What a host has logged, for scenarios that say what must and what must not be there.
final class LogRecord: Sendable {
    private let lines = Mutex<[String]>([])

    /// All lines so far: level, message and metadata.
    var all: [String] { lines.withLock { $0 } }

    /// Whether a line contains all of these words.
    func contains(_ words: String...) -> Bool {
        all.contains { line in words.allSatisfy { line.contains($0) } }
    }

    /// A logger that writes here.
    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(record: self) }
        logger.logLevel = .info
        return logger
    }

    private struct Handler: LogHandler {
        let record: LogRecord
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            let text = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            record.lines.withLock { $0.append("\(event.level) \(event.message) \(text)") }
        }
    }
}
