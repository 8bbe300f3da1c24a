import CHearth

/// A suspended task on its way through C, as the `user` pointer of a completion.
final class ContinuationBox<R> {
    private let continuation: UnsafeContinuation<R, any Error>

    init(_ continuation: UnsafeContinuation<R, any Error>) { self.continuation = continuation }

    /// Resumes the task that a completion's `user` stands for.
    static func resume(_ user: UnsafeMutableRawPointer?, _ error: UnsafePointer<hearth_error>?, _ value: @autoclosure () -> R) {
        guard let user else { return }
        let box = Unmanaged<ContinuationBox<R>>.fromOpaque(user).takeRetainedValue()
        if let error {
            box.continuation.resume(throwing: HostError(error))
        } else {
            box.continuation.resume(returning: value())
        }
    }

    fileprivate func refuse(_ error: HostError) { continuation.resume(throwing: error) }
}

extension Unmanaged {
    /// Resumes the task with an error when the host did not accept the call: the completion will never come.
    func resumeIfRefused<R>(_ status: hearth_status, _ call: String) where Instance == ContinuationBox<R> {
        do throws(HostError) { try HostError.check(status, call) } catch { takeRetainedValue().refuse(error) }
    }
}
