import CHearth
import HearthClient
import HearthDatabase
import NIOConcurrencyHelpers
import NIOCore

/// An outbound request whose response, and perhaps body, goes piece by piece between a plugin and another server.
final class ClientExchange: Cancellation {
    private struct State {
        var task: Task<Void, Never>?
        var body: ClientBody?
        var isReading = false
        var isOver = false
    }

    /// What the plugin calls it.
    let number = CallContext.nextNumber()
    /// Takes the body of the request; nil when that is sent at once.
    let upload: ClientUpload?
    private let state = NIOLockedValueBox(State())

    /// - Parameter upload: takes the body of the request
    init(upload: ClientUpload?) { self.upload = upload }

    /// Does something for as long as the exchange lasts.
    func run(_ work: @escaping @Sendable () async -> Void) {
        let isOver = state.withLockedValue { state in
            if !state.isOver { state.task = WorkLabel.with(.host) { Task(operation: work) } }
            return state.isOver
        }
        // What waits has to be told all the same.
        if isOver { WorkLabel.with(.host) { Task(operation: work) }.cancel() }
    }

    /// The head of the response is there.
    func began(_ body: ClientBody) { state.withLockedValue { if !$0.isOver { $0.body = body } } }

    /// Begins to read a piece.
    ///
    /// - Returns: nil while the head or another piece is awaited
    func beginReading() -> ClientBody? {
        state.withLockedValue { state in
            guard let body = state.body, !state.isReading else { return nil }
            state.isReading = true
            return body
        }
    }

    /// The piece is there.
    func endReading() { state.withLockedValue { $0.isReading = false } }

    func cancel() {
        let task = state.withLockedValue { state in
            defer {
                state.isOver = true
                state.body = nil
                state.task = nil
            }
            return state.task
        }
        task?.cancel()
        upload?.cancel()
    }
}

/// The body of a request on its way from a plugin to the network, one piece at a time.
final class ClientUpload: Sendable {
    private struct State {
        var piece: ByteBuffer?
        var isLast = false
        var isOver = false
        /// Told when the piece is taken.
        var done: (@Sendable (ForeignError?) -> Void)?
        /// The network waits for a piece.
        var waiting: UnsafeContinuation<Void, Never>?
    }

    private let state = NIOLockedValueBox(State())

    /// Takes a piece from the plugin.
    func write(_ piece: ByteBuffer, isLast: Bool, done: @escaping @Sendable (ForeignError?) -> Void) -> hearth_status {
        let (status, waiting) = state.withLockedValue { state -> (hearth_status, UnsafeContinuation<Void, Never>?) in
            if state.isOver { return (Status.stale, nil) }
            if state.done != nil { return (Status.busy, nil) }
            if state.isLast { return (Status.denied, nil) }
            state.piece = piece
            state.isLast = isLast
            state.done = done
            defer { state.waiting = nil }
            return (Status.ok, state.waiting)
        }
        WorkLabel.with(.host) { waiting?.resume() }
        return status
    }

    /// The next piece for the network; nil at the end.
    func next() async throws -> ByteBuffer? {
        while true {
            let (step, done) = state.withLockedValue { state -> (Step, (@Sendable (ForeignError?) -> Void)?) in
                if state.isOver { return (.cancelled, nil) }
                if let piece = state.piece {
                    state.piece = nil
                    defer { state.done = nil }
                    return (.piece(piece), state.done)
                }
                return (state.isLast ? .end : .wait, nil)
            }
            done?(nil)
            switch step {
            case .piece(let piece): return piece
            case .end: return nil
            case .cancelled: throw CancellationError()
            case .wait:
                await withUnsafeContinuation { continuation in
                    let isReady = state.withLockedValue { state in
                        guard state.piece == nil, !state.isOver else { return true }
                        state.waiting = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            }
        }
    }

    private enum Step {
        case piece(ByteBuffer)
        case end
        case wait
        case cancelled
    }

    /// Nobody takes pieces any more.
    func cancel() {
        let (done, waiting) = state.withLockedValue { state in
            defer { (state.isOver, state.done, state.waiting, state.piece) = (true, nil, nil, nil) }
            return (state.done, state.waiting)
        }
        waiting?.resume()
        done?(ForeignError(Status.cancelled, "the request is over"))
    }
}
