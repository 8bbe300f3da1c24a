import HearthThreads
import Logging
import Synchronization

/// Tells the log that connections to the database are lost or cannot be made: once for many, since all of them break together
/// and are tried again and again.
final class DatabaseTrouble: Sendable {
    private struct State {
        var silentUntil = Deadline(uptimeNanoseconds: 0)
        var untold = 0
    }

    private static let silence = Duration.seconds(5)
    private let logger: Logger
    private let state = Mutex(State())

    init(_ logger: Logger) {
        self.logger = logger
    }

    func tell(_ reason: String) {
        let untold = state.withLock { state -> Int? in
            guard state.silentUntil.hasPassed else {
                state.untold += 1
                return nil
            }
            state.silentUntil = .after(Self.silence)
            defer { state.untold = 0 }
            return state.untold
        }
        guard let untold else { return }
        var metadata: Logger.Metadata = ["reason": "\(reason)"]
        if untold > 0 { metadata["untold"] = "\(untold)" }
        logger.warning("A connection to the database is lost or cannot be made", metadata: metadata)
    }
}
