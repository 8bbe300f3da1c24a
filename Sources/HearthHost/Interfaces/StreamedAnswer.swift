import CHearth
import HearthHTTP
import NIOConcurrencyHelpers
import NIOCore

/// An answer that a plugin sends piece by piece: hands each piece to the transport and tells the plugin when it was taken.
final class StreamedAnswer: Sendable {
    // Checked continuations: with unsafe ones Swift 6.3.1 compiles `next()` so that an optimised host crashes at the first piece.
    private enum Waiting {
        case nobody
        /// The transport waits for a piece.
        case transport(CheckedContinuation<ByteBuffer?, Never>)
        /// A piece waits for the transport.
        case piece(ByteBuffer)
    }

    private struct State {
        var waiting = Waiting.nobody
        /// Called when the piece under way has been taken.
        var done: ForeignCompletion<hearth_done>?
        var isClosed = false
        var isClientGone = false
    }

    private let state = NIOLockedValueBox(State())
    private let plugin: PluginInstance
    private let label: WorkLabel

    /// - Parameters:
    ///   - plugin: who answers
    ///   - label: on whose account the plugin is told that a piece was taken
    init(plugin: PluginInstance, label: WorkLabel) {
        self.plugin = plugin
        self.label = label
    }

    /// Sends what the plugin gives to the transport, until the plugin closes the answer.
    func send(to stream: ResponseStream) async throws {
        defer { clientGone() }
        while let piece = await next() {
            try await stream.write(piece)
            taken(nil)
        }
    }

    private func next() async -> ByteBuffer? {
        await withCheckedContinuation { continuation in
            let ready = state.withLockedValue { state -> ByteBuffer?? in
                if case .piece(let piece) = state.waiting {
                    state.waiting = .nobody
                    return .some(piece)
                }
                if state.isClosed || state.isClientGone { return .some(nil) }
                state.waiting = .transport(continuation)
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Takes a piece from the plugin.
    func write(_ piece: ByteBuffer, _ done: ForeignCompletion<hearth_done>) -> hearth_status {
        let (status, continuation) = state.withLockedValue { state -> (hearth_status, CheckedContinuation<ByteBuffer?, Never>?) in
            if state.isClientGone { return (Status.cancelled, nil) }
            guard !state.isClosed, state.done == nil else { return (Status.busy, nil) }
            state.done = done
            if case .transport(let continuation) = state.waiting {
                state.waiting = .nobody
                return (Status.ok, continuation)
            }
            state.waiting = .piece(piece)
            return (Status.ok, nil)
        }
        WorkLabel.with(.host) { continuation?.resume(returning: piece) }
        return status
    }

    /// The plugin has sent everything.
    func close() {
        let continuation = state.withLockedValue { state -> CheckedContinuation<ByteBuffer?, Never>? in
            state.isClosed = true
            guard case .transport(let continuation) = state.waiting else { return nil }
            state.waiting = .nobody
            return continuation
        }
        WorkLabel.with(.host) { continuation?.resume(returning: nil) }
    }

    /// Nobody takes pieces any more.
    func clientGone() {
        let continuation = state.withLockedValue { state -> CheckedContinuation<ByteBuffer?, Never>? in
            state.isClientGone = true
            defer { state.waiting = .nobody }
            if case .transport(let continuation) = state.waiting { return continuation }
            return nil
        }
        continuation?.resume(returning: nil)
        taken(ForeignError(Status.cancelled, "the client has gone"))
    }

    /// Tells the plugin that its piece was taken, or that nobody takes it; on a worker, never on the network's thread.
    private func taken(_ error: ForeignError?) {
        guard
            let done = state.withLockedValue({ state in
                defer { state.done = nil }
                return state.done
            })
        else { return }
        plugin.services.workers.enqueue(label) {
            guard let error else { return done.function(done.user, nil) }
            error.lend { done.function(done.user, $0) }
        }
    }
}
