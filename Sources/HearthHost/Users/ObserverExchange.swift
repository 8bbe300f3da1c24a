import CHearth
import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import HearthThreads
import NIOConcurrencyHelpers

/// What a plugin does when an account changes.
struct UserObserver: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let plugin: PluginInstance
    /// Set of `1 << hearth_user_event`.
    let events: UInt64
    let observe: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<hearth_user_change>?) -> hearth_outcome
    let user: UnsafeMutableRawPointer?
}

/// A step in the life of an account in the hands of an observer.
///
/// `@unchecked Sendable`: what changes is behind the lock; the change's memory is constant once the observer is called.
final class ObserverExchange: @unchecked Sendable {
    private let observer: UserObserver
    private let waiting = NIOLockedValueBox<UnsafeContinuation<ForeignError?, Never>?>(nil)
    /// The context, until the plugin lets go of it: the two hold each other for as long as it is open.
    private let context = NIOLockedValueBox<CallContext?>(nil)
    private let text: UnsafeMutableBufferPointer<UInt8>
    private let change: UnsafeMutablePointer<hearth_user_change>

    init(_ observer: UserObserver, event: hearth_user_event, user: DatabaseUUID, changes: JSONObject) {
        self.observer = observer
        let bytes = Array(JSONValue.object(changes).text.utf8)
        text = .allocate(capacity: bytes.count)
        _ = text.initialize(from: bytes)
        change = .allocate(capacity: 1)
        change.initialize(to: hearth_user_change())
        change.pointee.size = UInt32(MemoryLayout<hearth_user_change>.size)
        change.pointee.event = event
        user.withBytes { bytes in withUnsafeMutableBytes(of: &change.pointee.user_id) { $0.copyMemory(from: bytes) } }
        change.pointee.changes = hearth_bytes(data: UnsafePointer(text.baseAddress), length: UInt64(bytes.count))
    }

    deinit {
        text.deallocate()
        change.deallocate()
    }

    /// Tells the plugin and waits for its consent.
    ///
    /// - Throws: `HTTPError` 400 with the plugin's message; 500 when it failed without one
    func run(in transaction: any DatabaseTransaction) async throws {
        let plugin = observer.plugin
        let context = CallContext(
            plugin: plugin, purpose: .observer(self), requestID: "", actor: nil,
            // Before the transaction ends, so that the client is told why.
            deadline: .after(plugin.services.transactionLimit * 0.8),
            transaction: transaction)
        self.context.withLockedValue { $0 = context }
        plugin.services.contexts.open(context)
        change.pointee.context = context.handle
        let error = await withUnsafeContinuation { continuation in
            waiting.withLockedValue { $0 = continuation }
            plugin.services.workers.enqueue(context.label) { self.tell(context) }
        }
        guard let error else { return }
        guard error.status != Status.timeout else { throw HTTPError(.gatewayTimeout, "The request took too long") }
        throw HTTPError(.badRequest, error.message.isEmpty ? "The change was refused" : error.message)
    }

    private func tell(_ context: CallContext) {
        let outcome = observer.observe(observer.user, change)
        guard outcome != 2, observer.plugin.services.contexts[context.handle] != nil else { return }
        complete(ForeignError(Status.failed, ""))
    }

    /// Takes the plugin's answer: nil for consent.
    @discardableResult
    func complete(_ error: ForeignError?) -> hearth_status {
        guard let context = context.withLockedValue({ $0 }) else { return Status.stale }
        let wasInUse = context.isInUse
        guard observer.plugin.services.contexts.close(context) else { return observer.plugin.reportStale("answer_observer") }
        self.context.withLockedValue { $0 = nil }
        observer.plugin.services.finished(context)
        // What is still running in the transaction comes to its end before the transaction goes on.
        context.whenIdle { self.resume(wasInUse ? ForeignError(Status.failed, "") : error) }
        return wasInUse ? Status.busy : Status.ok
    }

    /// The answer did not come in time: the transaction is taken back.
    func giveUp() {
        guard let context = context.withLockedValue({ $0 }) else { return }
        observer.plugin.services.reclaim(context) { self.resume(ForeignError(Status.timeout, "")) }
    }

    private func resume(_ error: ForeignError?) {
        let continuation = waiting.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
        WorkLabel.with(.host) { continuation?.resume(returning: error) }
    }
}
