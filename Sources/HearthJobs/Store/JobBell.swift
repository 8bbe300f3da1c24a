import Synchronization

/// Tells runners that there is something to do, so that they need not look all the time. A ring may be lost: who waits for one
/// looks from time to time as well.
public final class JobBell: Sendable {
    private struct State {
        var listeners: [@Sendable (Set<String>) -> Void] = []
        var remote: (@Sendable (Set<String>) -> Void)?
    }

    private let state = Mutex(State())

    /// A bell that nobody hears yet.
    public init() {}

    /// Calls a function with the queues, for as long as the bell exists. It must not block.
    public func listen(_ body: @escaping @Sendable (Set<String>) -> Void) { state.withLock { $0.listeners.append(body) } }

    /// Sets what tells other hosts.
    public func forward(_ remote: @escaping @Sendable (Set<String>) -> Void) { state.withLock { $0.remote = remote } }

    /// Jobs have become available in these queues: to be called after the commit that made them so.
    public func ring(_ queues: Set<String>) {
        guard !queues.isEmpty else { return }
        ringHere(queues)
        state.withLock { $0.remote }?(queues)
    }

    /// Another host has rung.
    public func ringHere(_ queues: Set<String>) {
        for listener in state.withLock({ $0.listeners }) { listener(queues) }
    }
}
