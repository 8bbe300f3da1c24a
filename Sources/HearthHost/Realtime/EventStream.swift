import HearthCache
import HearthHTTP
import NIOCore
import Synchronization

/// The server-sent events of one client: what waits to be sent, bounded.
///
/// Each event has an id that tells the places in all topics of the stream, so that a client that comes back with it in
/// `Last-Event-ID` is given what it missed of each.
final class EventStream: Sendable {
    /// Bytes that may wait for a client that does not read; with more the stream ends.
    static let queue = 256 * 1024

    private struct State {
        var waiting: [ByteBuffer] = []
        var size = 0
        var isOver = false
        /// Whether anything was sent since the last heartbeat.
        var isQuiet = true
        var reader: UnsafeContinuation<ByteBuffer?, Never>?
        var positions: [String: LogPosition] = [:]
    }

    private let state = Mutex(State())

    /// Sends a frame.
    ///
    /// - Parameters:
    ///   - frame: JSON text without line breaks
    ///   - topic: of an event
    ///   - position: of an event
    func send(_ frame: String, topic: Topic?, position: LogPosition?) {
        put { state in
            if let topic, let position { state.positions[topic.name] = position }
            var text = ""
            if !state.positions.isEmpty {
                text = "id: " + state.positions.map { "\($0)=\($1)" }.sorted().joined(separator: ",") + "\n"
            }
            return text + "data: \(frame)\n\n"
        }
    }

    /// Keeps the connection from looking dead.
    func beat() {
        put { state in state.isQuiet ? ":\n\n" : nil }
        state.withLock { $0.isQuiet = true }
    }

    private func put(_ text: (inout State) -> String?) {
        let (reader, piece) = state.withLock { state -> (UnsafeContinuation<ByteBuffer?, Never>?, ByteBuffer?) in
            guard !state.isOver, let text = text(&state) else { return (nil, nil) }
            state.isQuiet = false
            let piece = ByteBuffer(string: text)
            if let reader = state.reader {
                state.reader = nil
                return (reader, piece)
            }
            guard state.size + piece.readableBytes <= Self.queue else {
                state.isOver = true
                state.waiting = []
                return (nil, nil)
            }
            state.size += piece.readableBytes
            state.waiting.append(piece)
            return (nil, nil)
        }
        reader?.resume(returning: piece)
    }

    /// The next piece; nil at the end.
    func next() async -> ByteBuffer? {
        await withUnsafeContinuation { continuation in
            let ready = state.withLock { state -> ByteBuffer?? in
                if !state.waiting.isEmpty {
                    var piece = state.waiting.removeFirst()
                    for more in state.waiting { piece.writeImmutableBuffer(more) }
                    state.waiting = []
                    state.size = 0
                    return .some(piece)
                }
                if state.isOver { return .some(nil) }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Ends it after what waits.
    func end() {
        let reader = state.withLock { state in
            state.isOver = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// The places that an id of an event tells, by the names of topics.
    static func positions(_ id: String) -> [String: LogPosition] {
        var positions: [String: LogPosition] = [:]
        for part in id.split(separator: ",").prefix(RealtimeHub.subscriptionLimit) {
            guard let mark = part.lastIndex(of: "=") else { continue }
            positions[String(part[..<mark])] = LogPosition(part[part.index(after: mark)...])
        }
        return positions
    }
}
