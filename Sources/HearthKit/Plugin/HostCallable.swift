import CHearth

/// Something of a plugin that the host calls: routes, services, facets, observers. The registrar keeps it, and the pointer that
/// the host passes back leads to it.
protocol HostCallable: AnyObject, Sendable {
    /// What a call hands over.
    associatedtype Call

    /// Serves a call, by a task that completes it.
    func handle(_ call: UnsafePointer<Call>)
}

extension HostCallable {
    /// Serves a call as the C interface makes it.
    static func take(_ call: UnsafePointer<Call>?, for user: UnsafeMutableRawPointer?) -> hearth_outcome {
        guard let user, let call else { return HandlerOutcome.failed }
        Unmanaged<Self>.fromOpaque(user).takeUnretainedValue().handle(call)
        return HandlerOutcome.pending
    }
}
