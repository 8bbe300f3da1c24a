import CHearth
import Synchronization

@testable import HearthKit

/// A route that was registered.
struct FakeRoute: Sendable {
    let method: String
    let path: String
    let aliases: [String]
    let access: UInt32
    let flags: UInt32
    let operation: String
    let handle: hearth_handler
    let user: Foreign<UnsafeMutableRawPointer?>
}

/// What a client would get.
struct FakeAnswer: Sendable, Equatable {
    var status: UInt32
    var body = ""
    var errors = ""
    var contentType = ""
    var headers: [String] = []
}

/// A request on its way: its memory stays until it is completed, and is then overwritten, so that nobody reads it unpunished.
/// Sendable because the memory is written before the request is handed over and after it was completed.
final class FakeRequest: @unchecked Sendable {
    let context: hearth_context
    let request = UnsafeMutablePointer<hearth_request>.allocate(capacity: 1)
    private var texts: [UnsafeMutableBufferPointer<CChar>] = []
    private let actor = UnsafeMutablePointer<hearth_actor>.allocate(capacity: 1)
    private let pairs: UnsafeMutableBufferPointer<hearth_pair>
    private let values: UnsafeMutableBufferPointer<hearth_string>
    private let waiting = Mutex<UnsafeContinuation<FakeAnswer, Never>?>(nil)
    var buffer = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    var streamed = FakeAnswer(status: 0)

    init(
        _ context: hearth_context, query: [(String, String)], path: [String], json: String?, form: Bool, user: Bool,
        _ continuation: UnsafeContinuation<FakeAnswer, Never>
    ) {
        self.context = context
        pairs = .allocate(capacity: query.count)
        values = .allocate(capacity: path.count)
        waiting.withLock { $0 = continuation }
        request.initialize(to: hearth_request())
        for (index, pair) in query.enumerated() {
            pairs.initializeElement(at: index, to: hearth_pair(name: keep(pair.0), value: keep(pair.1)))
        }
        for (index, value) in path.enumerated() { values.initializeElement(at: index, to: keep(value)) }
        request.pointee.size = UInt32(MemoryLayout<hearth_request>.size)
        request.pointee.context = context
        request.pointee.query = UnsafePointer(pairs.baseAddress)
        request.pointee.query_count = UInt64(pairs.count)
        request.pointee.path_values = UnsafePointer(values.baseAddress)
        request.pointee.path_value_count = UInt64(values.count)
        request.pointee.body_kind = json == nil ? 1 : 2
        if let json {
            let text = keep(json)
            request.pointee.body = hearth_bytes(
                data: UnsafeRawPointer(text.data)?.assumingMemoryBound(to: UInt8.self), length: text.length)
        }
        actor.initialize(to: hearth_actor())
        actor.pointee.scheme = keep("bearer")
        actor.pointee.timezone = keep("Europe/Paris")
        withUnsafeMutableBytes(of: &actor.pointee.user) { bytes in
            for index in bytes.indices { bytes[index] = 0xAB }
        }
        if user { request.pointee.actor = UnsafePointer(actor) }
    }

    private func keep(_ text: String) -> hearth_string {
        let memory = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.utf8.count)
        _ = memory.initialize(from: text.utf8.map { CChar(bitPattern: $0) })
        texts.append(memory)
        return hearth_string(data: memory.baseAddress, length: UInt64(memory.count))
    }

    func complete(_ answer: FakeAnswer) {
        for text in texts { text.update(repeating: 0x58) }
        pairs.update(repeating: hearth_pair())
        values.update(repeating: hearth_string())
        actor.pointee = hearth_actor()
        request.pointee = hearth_request()
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume(returning: answer)
    }
}

extension FakeHost {
    /// Registers routes, services and more as `init` of a plugin does.
    @discardableResult func register(_ body: (Setup) throws -> Void) throws -> Registrar {
        let registrar = Registrar(runtime: try PluginRuntime(host: pointer))
        try body(Setup(registrar: registrar))
        if let error = registrar.error { throw error }
        state.withLock { _ in }
        kept.withLock { $0.append(registrar) }
        return registrar
    }

    /// Sends a request to the route that was registered last, and waits for the answer.
    ///
    /// - Parameter began: Is told the context when the handler has returned to the host.
    func request(
        query: [(String, String)] = [], path: [String] = [], json: String? = nil, user: Bool = true,
        began: @escaping @Sendable (hearth_context) -> Void = { _ in }
    ) async -> FakeAnswer {
        let context = makeContext()
        return await withUnsafeContinuation { continuation in
            let request = FakeRequest(context, query: query, path: path, json: json, form: false, user: user, continuation)
            let route = state.withLock { state in
                state.requests[context] = request
                return state.routes.last
            }
            guard let route else { return request.complete(FakeAnswer(status: 404)) }
            FakeHost.onWorker {
                let outcome = route.handle(route.user.value, request.request)
                if outcome == 0 { request.complete(FakeAnswer(status: 500, body: "failed")) }
                began(context)
            }
        }
    }
}

/// What the plugins of all tests have registered; never released unless a test does.
private let kept = Mutex<[Registrar]>([])
