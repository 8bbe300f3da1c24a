import CHearth
import HTTPTypes
import HearthHTTP
import NIOCore

/// `hearth.socket/1` as C sees it.
enum SocketInterface {
    static let table = hearth_socket(
        size: UInt32(MemoryLayout<hearth_socket>.size), add_path: addPath, send: send, next: next, close: close)

    /// Bytes of a message in either direction.
    private static let messageLimit: UInt64 = 16 << 20

    private static let addPath:
        @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_socket_path>?) -> hearth_status =
            { host, pointer in
                guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
                switch read(StructReader.read(pointer, size: pointer.pointee.size), of: plugin) {
                case .failure(let refusal):
                    plugin.refuse(refusal.message)
                    return Status.invalid
                case .success(let route):
                    return plugin.register { registration in
                        if HostPaths.own(route.paths) {
                            registration.refusals.append("the socket /api\(route.paths[0]) belongs to the host")
                            return Status.denied
                        }
                        registration.routes.append(route)
                        return Status.ok
                    }
                }
            }

    private static func read(_ path: hearth_socket_path, of plugin: PluginInstance) -> Result<Route, RefusedCall> {
        func refuse(_ message: String) -> Result<Route, RefusedCall> {
            .failure(RefusedCall(status: Status.invalid, message: message))
        }
        guard let text = path.path.text, text.hasPrefix("/") else {
            return refuse("a socket has a path that begins with a slash")
        }
        let name = "the socket /api\(text)"
        guard let access = Access(rawValue: path.access) else {
            return refuse("\(name): \(path.access) is no access: 1 public, 2 optional, 3 user, 4 admin")
        }
        guard let message = path.message else { return refuse("\(name): the function for messages is NULL") }
        guard let operation = path.operation.text, !operation.isEmpty else {
            return refuse("\(name): the operation is missing or not UTF-8")
        }
        guard path.message_limit <= messageLimit, path.queue_limit <= 4 * messageLimit else {
            return refuse("\(name): a message has at most 16 MiB, and a queue 64 MiB")
        }
        guard path.subprotocol_count == 0 || path.subprotocols != nil, path.subprotocol_count <= 16 else {
            return refuse("\(name): the sub-protocols are missing, or more than 16")
        }
        var subprotocols: [String] = []
        for index in 0..<Int(path.subprotocol_count) {
            guard let subprotocol = path.subprotocols?[index].text, !subprotocol.isEmpty,
                subprotocol.utf8.allSatisfy({ $0.isLetterOrDigit || "-._~+!".utf8.contains($0) }),
                !subprotocol.hasPrefix("bearer.")
            else { return refuse("\(name): a sub-protocol is no token, or begins with bearer.") }
            subprotocols.append(subprotocol)
        }
        var limits = WebSocketLimits()
        if path.message_limit > 0 { limits.message = Int(path.message_limit) }
        if path.queue_limit > 0 { limits.queue = Int(path.queue_limit) }
        return .success(
            Route(
                owner: plugin.id, method: .get, paths: [text], access: access, takesTokenOfBrowsers: true, operation: operation,
                handler: SocketPath(
                    plugin: plugin, name: text, label: plugin.label.doing("WebSocket \(text)"), limits: limits,
                    subprotocols: subprotocols, opened: path.opened, message: message, closed: path.closed, user: path.user)))
    }

    // MARK: Connections

    private static func with(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ call: StaticString,
        _ body: (SocketExchange) -> hearth_status
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        // Whoever sends to a connection cannot know that it has ended just now: that is no mistake to be reported.
        guard let context = plugin.context(handle) else { return Status.stale }
        guard case .socket(let exchange) = context.purpose else { return plugin.checked(call, Status.invalid) }
        return plugin.checked(call, body(exchange))
    }

    private static let send:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_message_kind, hearth_bytes, hearth_done?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, kind, content, done, user in
            with(host, handle, "send") { exchange in
                guard content.isSound else { return Status.invalid }
                guard content.length <= messageLimit else { return Status.tooLarge }
                let completion = done.map { ForeignCompletion(function: $0, user: user) }
                switch kind {
                case UInt32(HEARTH_MESSAGE_TEXT):
                    guard String(validating: content.buffer, as: UTF8.self) != nil else { return Status.invalid }
                    return exchange.send(.text, ByteBuffer(bytes: content.buffer), completion)
                case UInt32(HEARTH_MESSAGE_BINARY):
                    return exchange.send(.binary, ByteBuffer(bytes: content.buffer), completion)
                default: return Status.invalid
                }
            }
        }

    private static let next: @convention(c) (UnsafePointer<hearth_host>?, hearth_context) -> hearth_status = { host, handle in
        with(host, handle, "next") { $0.next() }
    }

    private static let close:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UInt32, hearth_string) -> hearth_status = {
            host, handle, code, reason in
            with(host, handle, "close") { exchange in
                guard let reason = reason.text, reason.utf8.count <= 123, let number = UInt16(exactly: code),
                    [1000, 1001, 1008, 1011].contains(number) || (3000...4999).contains(number)
                else { return Status.invalid }
                exchange.close(WebSocketCloseCode(rawValue: number), reason)
                return Status.ok
            }
        }
}
