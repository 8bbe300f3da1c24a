import CHearth
import Synchronization

/// An exchange that has begun: its number is known before the head of the response is there, so that the body can be sent.
final class ClientOpening: Sendable {
    private enum State {
        case open
        case waiting(UnsafeContinuation<ClientResponse, any Error>)
        case there(Result<ClientResponse, any Error>)
    }

    private let context: Context
    /// What the host calls it.
    let number: UInt64
    private let answer: Answer

    /// Begins.
    init(context: Context, request: ClientRequest) throws {
        self.context = context
        let (runtime, table) = (context.runtime, try context.runtime.client)
        let answer = Answer()
        let box = Unmanaged.passRetained(answer)
        var number: UInt64 = 0
        let status = request.lend { request in
            table.pointee.open(
                runtime.host, context.handle, request,
                { user, error, response in
                    guard let user else { return }
                    let answer = Unmanaged<Answer>.fromOpaque(user).takeRetainedValue()
                    if let error {
                        answer.give(.failure(HostError(error)))
                    } else {
                        answer.give(.success(ClientResponse(response)))
                    }
                }, box.toOpaque(), &number)
        }
        do throws(HostError) { try HostError.check(status, "open") } catch {
            box.release()
            throw error
        }
        self.number = number
        self.answer = answer
    }

    /// Waits for the head of the response. To be asked once.
    func head() async throws -> ClientResponse {
        try await withUnsafeThrowingContinuation { answer.wait($0) }
    }

    /// Ends the exchange; one that is over stays so.
    func close() {
        guard let table = try? context.runtime.client else { return }
        _ = table.pointee.close(context.runtime.host, context.handle, number)
    }

    /// The head on its way from the host.
    private final class Answer: Sendable {
        private let state = Mutex(State.open)

        func wait(_ continuation: UnsafeContinuation<ClientResponse, any Error>) {
            let there = state.withLock { state -> Result<ClientResponse, any Error>? in
                if case .there(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let there { continuation.resume(with: there) }
        }

        func give(_ result: Result<ClientResponse, any Error>) {
            let waiting = state.withLock { state -> UnsafeContinuation<ClientResponse, any Error>? in
                defer { state = .there(result) }
                if case .waiting(let continuation) = state { return continuation }
                return nil
            }
            if let waiting { WorkerExecutor.here { waiting.resume(with: result) } }
        }
    }
}
