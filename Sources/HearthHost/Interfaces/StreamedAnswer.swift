import CHearth
import HearthHTTP
import NIOConcurrencyHelpers
import NIOCore

/// An answer that a plugin sends piece by piece: hands each piece to the transport and tells the plugin when it was taken.
final class StreamedAnswer: Sendable {
    // Not an enum of a continuation and a piece: optimised by Swift 6.3.1, a host with that crashed at its first piece.
    private struct State {
        /// The transport waits for a piece.
        var transport: CheckedContinuation<ByteBuffer?, Never>?
        /// A piece waits for the transport.
        var piece: ByteBuffer?
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
        do {
            while let piece = await next() {
                try await stream.write(piece)
                taken(nil)
            }
        } catch {
            clientGone()
            throw error
        }
        clientGone()
    }

    /// What the transport finds when it asks for a piece.
    private enum Found {
        case piece(ByteBuffer)
        case end
        /// Nothing yet: it waits.
        case nothing
    }

    private func next() async -> ByteBuffer? {
        await withCheckedContinuation { continuation in
            let found = state.withLockedValue { state -> Found in
                if let piece = state.piece {
                    state.piece = nil
                    return .piece(piece)
                }
                if state.isClosed || state.isClientGone { return .end }
                state.transport = continuation
                return .nothing
            }
            switch found {
            case .piece(let piece): continuation.resume(returning: piece)
            case .end: continuation.resume(returning: nil)
            case .nothing: break
            }
        }
    }

    /// Takes a piece from the plugin.
    func write(_ piece: ByteBuffer, _ done: ForeignCompletion<hearth_done>) -> hearth_status {
        var continuation: CheckedContinuation<ByteBuffer?, Never>?
        let status = state.withLockedValue { state -> hearth_status in
            if state.isClientGone { return Status.cancelled }
            guard !state.isClosed, state.done == nil else { return Status.busy }
            state.done = done
            continuation = state.transport
            state.transport = nil
            if continuation == nil { state.piece = piece }
            return Status.ok
        }
        WorkLabel.with(.host) { continuation?.resume(returning: piece) }
        return status
    }

    /// The plugin has sent everything.
    func close() {
        let continuation = state.withLockedValue { state -> CheckedContinuation<ByteBuffer?, Never>? in
            state.isClosed = true
            defer { state.transport = nil }
            return state.transport
        }
        WorkLabel.with(.host) { continuation?.resume(returning: nil) }
    }

    /// Nobody takes pieces any more.
    func clientGone() {
        let continuation = state.withLockedValue { state -> CheckedContinuation<ByteBuffer?, Never>? in
            state.isClientGone = true
            state.piece = nil
            defer { state.transport = nil }
            return state.transport
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
