import CHearth
import HearthDatabase
import HearthThreads
import Logging
import NIOConcurrencyHelpers

/// A call of a service in the hands of its provider: from the call of its handler until it is completed.
///
/// `@unchecked Sendable`: what changes is behind the lock; the call's memory is constant once the handler is called.
final class ServiceExchange: @unchecked Sendable {
    typealias Reply = @Sendable (Result<[UInt8], ForeignError>) -> Void

    let service: ProvidedService
    let method: String
    private let input: [UInt8]
    private let caller: String
    /// The caller's context.
    let callerContext: CallContext
    private let piece: (@Sendable ([UInt8]) -> Void)?
    private let reply: NIOLockedValueBox<Reply?>
    /// The context, until the plugin lets go of it: the two hold each other for as long as it is open.
    private let context = NIOLockedValueBox<CallContext?>(nil)

    init(
        _ service: ProvidedService, method: String, input: [UInt8], on callerContext: CallContext, caller: String? = nil,
        piece: (@Sendable ([UInt8]) -> Void)?, reply: @escaping Reply
    ) {
        self.service = service
        self.method = method
        self.input = input
        self.caller = caller ?? callerContext.plugin.id
        self.callerContext = callerContext
        self.piece = piece
        self.reply = NIOLockedValueBox(reply)
    }

    /// Calls a method that takes an empty object for the host itself, and waits for the reply.
    ///
    /// - Parameters:
    ///   - service: whose
    ///   - method: which
    ///   - requestID: for the log
    ///   - actor: on whose behalf
    ///   - deadline: when to give up
    static func ask(
        _ service: ProvidedService, _ method: String, requestID: String, actor: Actor?, deadline: Deadline
    ) async -> Result<[UInt8], ForeignError> {
        // The host has no contexts of its own: the call hangs on one of the provider's.
        let plugin = service.plugin
        let context = CallContext(plugin: plugin, purpose: .lifecycle, requestID: requestID, actor: actor, deadline: deadline)
        plugin.services.contexts.open(context)
        defer { plugin.services.contexts.close(context) }
        return await withCheckedContinuation { continuation in
            ServiceExchange(service, method: method, input: Array("{}".utf8), on: context, caller: "", piece: nil) { reply in
                continuation.resume(returning: reply)
            }.start()
        }
    }

    /// Hands the call to the provider, on a worker.
    func start() {
        let plugin = service.plugin
        let context = CallContext(
            plugin: plugin, purpose: .call(self), parent: callerContext, requestID: callerContext.requestID,
            actor: callerContext.actor, deadline: callerContext.deadline, transaction: callerContext.transaction,
            depth: callerContext.depth + 1)
        self.context.withLockedValue { $0 = context }
        plugin.services.contexts.open(context)
        plugin.services.workers.enqueue(context.label) { self.callHandler(context) }
    }

    private func callHandler(_ context: CallContext) {
        let outcome = method.lend { method in
            caller.lend { caller in
                input.withUnsafeBufferPointer { input in
                    // The call lives until it is completed, so its texts are kept by this object and its copies.
                    let call = CallMemory(
                        method: method, caller: caller, input: input, context: context.handle, isStreaming: piece != nil)
                    memory.withLockedValue { $0 = call }
                    return service.handle(service.user, call.pointer)
                }
            }
        }
        guard outcome != 2, service.plugin.services.contexts[context.handle] != nil else { return }
        service.plugin.logger.error(
            "A service call ended without a reply", metadata: ["service": "\(service.name)", "method": "\(method)"])
        complete(.failure(ForeignError(Status.failed, "the provider failed")))
    }

    private let memory = NIOLockedValueBox<CallMemory?>(nil)

    /// Sends a piece to the caller.
    func send(_ bytes: [UInt8]) -> hearth_status {
        guard reply.withLockedValue({ $0 != nil }) else { return Status.cancelled }
        piece?(bytes)
        return Status.ok
    }

    /// Completes the call.
    @discardableResult
    func complete(_ result: Result<[UInt8], ForeignError>) -> hearth_status {
        guard let context = context.withLockedValue({ $0 }) else { return Status.stale }
        let services = service.plugin.services
        let wasInUse = context.isInUse
        guard services.contexts.close(context) else { return service.plugin.reportStale("reply") }
        self.context.withLockedValue { $0 = nil }
        services.finished(context)
        let reply = reply.withLockedValue { reply in
            defer { reply = nil }
            return reply
        }
        if wasInUse {
            // Whatever is still running in the caller's transaction, the caller cannot rely on it.
            context.whenIdle {
                reply?(.failure(ForeignError(Status.failed, "the provider replied while a query or savepoint of its was open")))
            }
            return Status.busy
        }
        reply?(result)
        return Status.ok
    }

    /// The caller's deadline has passed: it is told, once the transaction is its own again. The provider keeps its context until
    /// it lets go, but cannot use the transaction any more.
    func giveUp() {
        let reply = reply.withLockedValue { reply in
            defer { reply = nil }
            return reply
        }
        guard let reply, let context = context.withLockedValue({ $0 }) else { return }
        service.plugin.services.reclaim(context) {
            reply(.failure(ForeignError(Status.timeout, "the service call took too long")))
        }
    }
}

/// The `hearth_call` of a call with its texts, in one place that lives as long as the call.
///
/// `@unchecked Sendable`: written in `init` only.
final class CallMemory: @unchecked Sendable {
    let pointer: UnsafePointer<hearth_call>
    private let call: UnsafeMutablePointer<hearth_call>
    private let bytes: UnsafeMutablePointer<UInt8>

    init(
        method: hearth_string, caller: hearth_string, input: UnsafeBufferPointer<UInt8>, context: hearth_context,
        isStreaming: Bool
    ) {
        bytes = .allocate(capacity: method.buffer.count + caller.buffer.count + input.count + 1)
        var end = bytes
        func store(_ source: UnsafeBufferPointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
            let start = end
            if let base = source.baseAddress { start.update(from: base, count: source.count) }
            end += source.count
            return start
        }
        let methodStart = store(method.buffer)
        let callerStart = store(caller.buffer)
        let inputStart = store(input)
        func text(_ start: UnsafeMutablePointer<UInt8>, _ count: UInt64) -> hearth_string {
            hearth_string(data: UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), length: count)
        }
        call = .allocate(capacity: 1)
        call.initialize(
            to: hearth_call(
                size: UInt32(MemoryLayout<hearth_call>.size), streaming: isStreaming ? 1 : 0, context: context,
                method: text(methodStart, method.length), caller: text(callerStart, caller.length),
                input: hearth_bytes(data: inputStart, length: UInt64(input.count))))
        pointer = UnsafePointer(call)
    }

    deinit {
        call.deallocate()
        bytes.deallocate()
    }
}
