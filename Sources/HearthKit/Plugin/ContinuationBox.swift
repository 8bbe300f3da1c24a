import CHearth

/// A suspended task on its way through C, as the `user` pointer of a completion.
final class ContinuationBox<R> {
    private let continuation: UnsafeContinuation<R, any Error>

    init(_ continuation: UnsafeContinuation<R, any Error>) { self.continuation = continuation }

    /// Resumes the task that a completion's `user` stands for, on this thread.
    static func resume(_ user: UnsafeMutableRawPointer?, _ error: UnsafePointer<hearth_error>?, _ value: @autoclosure () -> R) {
        guard let user else { return }
        let box = Unmanaged<ContinuationBox<R>>.fromOpaque(user).takeRetainedValue()
        WorkerExecutor.here {
            if let error {
                box.continuation.resume(throwing: HostError(error))
            } else {
                box.continuation.resume(returning: value())
            }
        }
    }

    /// Hands a call to the host and waits for its completion. The box owns itself until the host calls it back; a refused call
    /// throws at once, since its completion will never come.
    ///
    /// - Parameters:
    ///   - name: Of the call, for the message of a refusal.
    ///   - call: Makes the call with this `user`.
    static func waiting(for name: String, _ call: (UnsafeMutableRawPointer) -> hearth_status) async throws -> R {
        try await withUnsafeThrowingContinuation { continuation in
            let box = Unmanaged.passRetained(ContinuationBox(continuation))
            do throws(HostError) { try HostError.check(call(box.toOpaque()), name) } catch {
                box.release()
                continuation.resume(throwing: error)
            }
        }
    }
}
