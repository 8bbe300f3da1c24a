import CHearth

/// An error on its way to the host.
struct CompletionError {
    private let kind: HostError.Kind
    private let code: String
    private let message: String
    private let retryable: Bool

    init(_ error: any Error) {
        switch error {
        case let error as ServiceError:
            (kind, code, message, retryable) = (.failed, error.code, error.message, error.retryable)
        case let error as HostError:
            (kind, code, message, retryable) = (error.kind, error.code, error.message, error.retryable)
        case let error as Failure:
            (kind, code, message, retryable) = (.failed, "", error.detail, false)
        case is CancellationError:
            (kind, code, message, retryable) = (.cancelled, "", "cancelled", false)
        default:
            (kind, code, message, retryable) = (.failed, "", "\(error)", false)
        }
    }

    func lend(_ body: (UnsafePointer<hearth_error>) -> Void) {
        code.lending(with: message) { code, message in
            var error = hearth_error(
                size: UInt32(MemoryLayout<hearth_error>.size), status: kind.status.rawValue, code: code, message: message,
                retryable: retryable ? 1 : 0, reserved: 0)
            body(&error)
        }
    }
}
