import CHearth
import HearthJSON
import Synchronization

/// Takes what a plugin registers to the host, and remembers the first refusal: registration is all or nothing, so the
/// declarations themselves need not throw. It keeps what the host calls alive until `stop`.
final class Registrar: Sendable {
    let runtime: PluginRuntime
    private let state = Mutex(State())

    private struct State {
        var firstError: (any Error)?
        var published: [String: any Object.Type] = [:]
        var kept: [any AnyObject & Sendable] = []
    }

    init(runtime: PluginRuntime) { self.runtime = runtime }

    /// The first refusal.
    var error: (any Error)? { state.withLock { $0.firstError } }

    /// Runs a registration unless an earlier one was refused.
    func register(_ body: () throws -> Void) {
        guard error == nil else { return }
        do { try body() } catch { state.withLock { $0.firstError = error } }
    }

    /// Keeps an object that the host will call until ``release()``, and gives the pointer by which it does.
    func keep(_ endpoint: some AnyObject & Sendable) -> UnsafeMutableRawPointer {
        state.withLock { $0.kept.append(endpoint) }
        return Unmanaged.passUnretained(endpoint).toOpaque()
    }

    /// The host calls nothing of this plugin any more.
    func release() {
        // Released outside of the lock: what goes with it is the plugin's.
        let kept = state.withLock { state in
            defer { state.kept = [] }
            return state.kept
        }
        _ = consume kept
    }

    /// Adds a route with the objects that its description refers to.
    func add(
        _ endpoint: Endpoint, _ method: Method, _ path: RoutePath, _ access: Access, _ options: RouteOptions,
        _ operation: Operation, isStreamed: Bool
    ) {
        register {
            try publish(operation.components)
            let http = try runtime.http
            var text = ForeignText()
            let (methodText, pathText) = (text.append(method.rawValue), text.append(path.text))
            let operationText = text.append(operation.json.text)
            let aliases = options.aliases.map { text.append($0) }
            let status = text.withBase { base in
                let aliases = aliases.map { ForeignText.string(at: $0, base) }
                return aliases.withUnsafeBufferPointer { aliases in
                    var route = hearth_route()
                    route.size = UInt32(MemoryLayout<hearth_route>.size)
                    route.flags =
                        (options.isBlocking ? RouteFlags.blocking : 0) | (isStreamed ? RouteFlags.streamedBody : 0)
                    route.access = access.rawValue
                    route.deadline = options.deadline.map { UInt32(clamping: Int64($0 / .milliseconds(1))) } ?? 0
                    route.method = ForeignText.string(at: methodText, base)
                    route.path = ForeignText.string(at: pathText, base)
                    route.aliases = aliases.baseAddress
                    route.alias_count = UInt64(aliases.count)
                    route.body_limit = UInt64(options.bodyLimit ?? 0)
                    route.operation = ForeignText.string(at: operationText, base)
                    route.handle = { Endpoint.take($1, for: $0) }
                    route.user = keep(endpoint)
                    // Zero would be the host's limit.
                    route.rate_limit = options.rateLimit.map { UInt64(clamping: max(1, $0)) } ?? 0
                    return http.pointee.add_route(runtime.host, &route)
                }
            }
            try HostError.check(status, "add_route \(method.rawValue) \(path.text)")
        }
    }

    /// Publishes the schemas of objects, each once.
    ///
    /// - Throws: When the host refuses one, or two types have the same name.
    private func publish(_ objects: [any Object.Type]) throws {
        let http = try runtime.http
        for object in objects {
            let name = object.schemaName
            if let known = state.withLock({ $0.published.updateValue(object, forKey: name) }) {
                guard known == object else {
                    throw HostError(.conflict, message: "two types have the schema name \(name): \(known) and \(object)")
                }
                continue
            }
            let status = name.lending(with: object.definition.text) { http.pointee.add_schema(runtime.host, $0, $1) }
            try HostError.check(status, "add_schema \(name)")
        }
    }
}

/// The flags of a route.
enum RouteFlags {
    static let blocking: UInt32 = 1 << 0
    static let streamedBody: UInt32 = 1 << 1
}
