import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import HearthHTTP

@Suite struct ErrorAnswerTests {
    private let request = ServerRequest(id: "abc", method: .get, path: "/a")

    @Test func `a failed request is logged, one whose client has gone is not`() async {
        let log = CollectedLog()
        let logger = Logger(label: "test") { _ in log }
        _ = ErrorAnswer.make(CancellationError(), request: request, logger: logger)
        #expect(log.messages == ["Request failed"])
        let request = request
        let gone = Task {
            while !Task.isCancelled { await Task.yield() }
            return ErrorAnswer.make(CancellationError(), request: request, logger: logger).status
        }
        gone.cancel()
        _ = await gone.value
        #expect(log.messages == ["Request failed"])
    }
}

/// Keeps what is logged.
private final class CollectedLog: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])

    var messages: [String] { kept.withLock { $0 } }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { kept.withLock { $0.append("\(event.message)") } }
}
