import CHearth
import Synchronization

@testable import HearthKit

/// A service that was provided.
struct FakeService: Sendable {
    let name: String
    let schema: String
    let handle: hearth_provider
    let user: Foreign<UnsafeMutableRawPointer?>
}

/// An observer of accounts that was added.
struct FakeObserver: Sendable {
    let events: UInt64
    let observe: hearth_user_observe
    let user: Foreign<UnsafeMutableRawPointer?>
}

/// How a call of a service ended, or a step in the life of an account.
enum FakeReply: Sendable, Equatable {
    case output(String)
    case error(hearth_status, code: String, message: String)
}

/// What other plugins provide, as a script.
final class FakeProvider: Sendable {
    let replies: [String: FakeReply]
    let pieces: [String]
    let served = Mutex<[hearth_context: UnsafeContinuation<FakeReply, Never>]>([:])
    let sent = Box<[String]>([])
    let called = Box<[String]>([])

    /// - Parameters:
    ///   - replies: By service and method, as in `progression/1.award`.
    ///   - pieces: Sent before each reply.
    init(_ replies: [String: FakeReply] = [:], pieces: [String] = []) {
        self.replies = replies
        self.pieces = pieces
    }
}

extension FakeHost {
    static var servicesTable: hearth_services {
        var services = hearth_services()
        services.size = UInt32(MemoryLayout<hearth_services>.size)
        services.provide = { host, service in
            guard let service = service?.pointee, let handle = service.handle else { return 3 }
            let host = FakeHost.of(host)
            if let refused = host.refusal("provide") { return refused }
            let copy = FakeService(
                name: service.name.string, schema: service.schema.string, handle: handle, user: Foreign(value: service.user))
            host.state.withLock { $0.services.append(copy) }
            return 0
        }
        services.available = { host, name in
            FakeHost.of(host).provider.replies.keys.contains { $0.hasPrefix(name.string + ".") } ? 1 : 0
        }
        services.call = { host, context, name, method, input, piece, done, user in
            let host = FakeHost.of(host)
            if let refused = host.refusal("call", context) { return refused }
            host.provider.called.value += [input.string]
            guard let reply = host.provider.replies["\(name.string).\(method.string)"] else { return 4 }
            let user = Foreign(value: user)
            FakeHost.onWorker {
                for text in host.provider.pieces { Array(text.utf8).lending { piece?(user.value, $0) } }
                switch reply {
                case .output(let text): Array(text.utf8).lending { done?(user.value, nil, $0) }
                case .error(let status, let code, _): withError(status, code) { done?(user.value, $0, hearth_bytes()) }
                }
            }
            return 0
        }
        services.send_piece = { host, context, piece in
            let host = FakeHost.of(host)
            if let refused = host.refusal("send_piece", context) { return refused }
            host.provider.sent.value += [piece.string]
            return 0
        }
        services.reply = { host, context, output in FakeHost.of(host).reply(context, .output(output.string)) }
        services.fail = { host, context, error in
            guard let error = error?.pointee else { return 3 }
            return FakeHost.of(host).reply(
                context, .error(error.status, code: error.code.string, message: error.message.string))
        }
        return services
    }

    private func reply(_ context: hearth_context, _ reply: FakeReply) -> hearth_status {
        guard finish(context, "reply") else { return 2 }
        provider.served.withLock { $0.removeValue(forKey: context) }?.resume(returning: reply)
        return 0
    }

    /// Calls the service that was provided last.
    func call(_ method: String, _ input: String) async -> FakeReply {
        let context = makeContext()
        return await withUnsafeContinuation { continuation in
            provider.served.withLock { $0[context] = continuation }
            guard let service = state.withLock({ $0.services.last }) else { return }
            method.lending { method in
                Array(input.utf8).lending { input in
                    var call = hearth_call()
                    call.size = UInt32(MemoryLayout<hearth_call>.size)
                    call.context = context
                    call.method = method
                    call.input = input
                    _ = service.handle(service.user.value, &call)
                }
            }
        }
    }

    /// Tells the observer of a step in the life of an account; nil when nobody wants to know.
    func observe(_ event: hearth_user_event, of user: UUID) async -> FakeReply? {
        guard let observer = state.withLock({ $0.observers.first { $0.events & 1 << UInt64(event) != 0 } }) else { return nil }
        let context = makeContext()
        return await withUnsafeContinuation { continuation in
            provider.served.withLock { $0[context] = continuation }
            var change = hearth_user_change()
            change.size = UInt32(MemoryLayout<hearth_user_change>.size)
            change.event = event
            change.context = context
            user.withBytes { bytes in withUnsafeMutableBytes(of: &change.user_id) { $0.copyMemory(from: bytes) } }
            _ = observer.observe(observer.user.value, &change)
        }
    }

    static var usersTable: hearth_users {
        var users = hearth_users()
        users.size = UInt32(MemoryLayout<hearth_users>.size)
        users.add_facet = { host, _ in FakeHost.of(host).refusal("add_facet") ?? 0 }
        users.add_observer = { host, observer in
            guard let observer = observer?.pointee, let observe = observer.observe else { return 3 }
            let host = FakeHost.of(host)
            if let refused = host.refusal("add_observer") { return refused }
            let copy = FakeObserver(events: observer.events, observe: observe, user: Foreign(value: observer.user))
            host.state.withLock { $0.observers.append(copy) }
            return 0
        }
        users.answer_observer = { host, context, error, output in
            let host = FakeHost.of(host)
            guard let error = error?.pointee else { return host.reply(context, .output(output.string)) }
            return host.reply(context, .error(error.status, code: error.code.string, message: error.message.string))
        }
        users.find = { host, context, _, count, done, user in
            if let refused = FakeHost.of(host).refusal("find", context) { return refused }
            let user = Foreign(value: user)
            FakeHost.onWorker { done?(user.value, nil, nil, 0) }
            return 0
        }
        return users
    }
}
