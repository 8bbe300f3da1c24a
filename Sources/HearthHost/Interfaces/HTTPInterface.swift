import CHearth
import HTTPTypes
import HearthConfiguration
import HearthHTTP
import HearthJSON
import NIOConcurrencyHelpers
import NIOCore

/// `hearth.http/1` as C sees it.
enum HTTPInterface {
    static let table = hearth_http(
        size: UInt32(MemoryLayout<hearth_http>.size), add_schema: addSchema, add_route: addRoute, header: header,
        read_body: readBody, reserve: reserve, respond: respond, respond_file: respondFile, fail: fail, open_stream: openStream,
        write_stream: writeStream, close_stream: closeStream)

    // MARK: PluginRegistration

    private static let addSchema: @convention(c) (UnsafePointer<hearth_host>?, hearth_string, hearth_string) -> hearth_status = {
        host, name, schema in
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let name = name.text, !name.isEmpty, name.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }),
            let text = schema.text
        else {
            plugin.refuse("a schema needs a name of letters, digits and underscores, and a text in UTF-8")
            return Status.invalid
        }
        let value: JSONValue
        do { value = try JSONValue(parsing: text) } catch {
            plugin.refuse("the schema \(name) is not valid JSON: \(error)")
            return Status.invalid
        }
        return plugin.register { registration in
            if let known = registration.schemas[name], known != value {
                registration.refusals.append("the schema \(name) is given twice with different texts")
                return Status.conflict
            }
            registration.schemas[name] = value
            return Status.ok
        }
    }

    private static let addRoute: @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_route>?) -> hearth_status = {
        host, pointer in
        guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
        switch RouteReader.read(pointer, of: plugin) {
        case .failure(let refusal):
            plugin.refuse(refusal.message)
            return Status.invalid
        case .success(let route):
            return plugin.register { registration in
                if HostPaths.own(route.paths) {
                    registration.refusals.append("\(route.method.rawValue) /api\(route.paths[0]) belongs to the host")
                    return Status.denied
                }
                registration.routes.append(route)
                return Status.ok
            }
        }
    }

    // MARK: Requests

    /// The exchange behind a context, if it is a request of this plugin that is not over.
    private static func exchange(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ call: StaticString
    ) -> Result<RequestExchange, RefusedCall> {
        guard let plugin = PluginInstance.from(host) else { return .failure(RefusedCall(status: Status.invalid)) }
        guard let context = plugin.context(handle) else {
            return .failure(RefusedCall(status: plugin.reportStale(call)))
        }
        guard case .request(let exchange) = context.purpose else { return .failure(RefusedCall(status: Status.invalid)) }
        return .success(exchange)
    }

    private static func with(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ call: StaticString,
        _ body: (RequestExchange) -> hearth_status
    ) -> hearth_status {
        switch exchange(host, handle, call) {
        case .success(let exchange): exchange.route.plugin.checked(call, body(exchange))
        case .failure(let refused): refused.status
        }
    }

    private static let header:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_string, UnsafeMutablePointer<hearth_string>?) ->
            hearth_status = { host, handle, name, value in
                with(host, handle, "header") { exchange in
                    guard let value, let text = name.text, let field = HTTPField.Name(text) else { return Status.invalid }
                    // The transport keeps Host apart from the other fields.
                    guard let found = exchange.request.headers[field] else { return Status.notFound }
                    value.pointee = exchange.state.withLockedValue { state in
                        if let known = state.headerTexts[field.canonicalName] { return known.string }
                        let text = ForeignText(found)
                        state.headerTexts[field.canonicalName] = text
                        return text.string
                    }
                    return Status.ok
                }
            }

    private static let readBody:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_chunk?, UnsafeMutableRawPointer?) -> hearth_status = {
            host, handle, chunk, user in
            with(host, handle, "read_body") { exchange in
                guard let chunk else { return Status.invalid }
                guard let body = exchange.body else { return Status.denied }
                return body.read(ForeignCompletion(function: chunk, user: user), on: exchange.route)
            }
        }

    private static let reserve:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UInt64, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?
        ) -> hearth_status = { host, handle, capacity, buffer in
            with(host, handle, "reserve") { exchange in
                guard let buffer else { return Status.invalid }
                guard capacity <= 64 << 20 else { return Status.tooLarge }
                return exchange.state.withLockedValue { state in
                    buffer.pointee = ReservedBody.reserve(Int(capacity), in: &state.reserved)
                    return Status.ok
                }
            }
        }

    private static let respond:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_response>?) -> hearth_status = {
            host, handle, response in
            with(host, handle, "respond") { exchange in
                guard let answer = ResponseReader.read(response, exchange) else { return Status.invalid }
                return exchange.complete(.success(answer))
            }
        }

    private static let respondFile:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_response>?, hearth_string) ->
            hearth_status = { host, handle, response, path in
                with(host, handle, "respond_file") { exchange in
                    guard var answer = ResponseReader.read(response, exchange), let path = path.text, path.hasPrefix("/") else {
                        return Status.invalid
                    }
                    let plugin = exchange.route.plugin
                    let resolved = FileSystem.absolute(path)
                    let folders = [plugin.dataFolder().text ?? "", FileSystem.absolute(plugin.manifest.folder)]
                    guard folders.contains(where: { !$0.isEmpty && resolved.hasPrefix($0 + "/") }) else { return Status.denied }
                    guard FileSystem.isFile(resolved) else { return Status.notFound }
                    answer.body = .file(path: resolved)
                    return exchange.complete(.success(answer))
                }
            }

    private static let fail:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UInt32, hearth_string, hearth_string) -> hearth_status = {
            host, handle, status, detail, errors in
            with(host, handle, "fail") { exchange in
                guard (400...599).contains(status), let detail = detail.text, let errors = errors.text else {
                    return Status.invalid
                }
                if !errors.isEmpty {
                    guard case .array? = try? JSONValue(parsing: errors) else { return Status.invalid }
                }
                return exchange.complete(
                    .failure(
                        HTTPError(
                            HTTPResponse.Status(number: Int(status)), detail.isEmpty ? nil : detail,
                            errors: errors.isEmpty ? nil : errors, headers: status == 503 ? [.retryAfter: "1"] : [:])))
            }
        }

    // MARK: Streams

    private static let openStream:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_response>?) -> hearth_status = {
            host, handle, response in
            with(host, handle, "open_stream") { exchange in
                guard let answer = ResponseReader.read(response, exchange) else { return Status.invalid }
                return exchange.openStream(answer)
            }
        }

    private static let writeStream:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_bytes, hearth_done?, UnsafeMutableRawPointer?) ->
            hearth_status = { host, handle, chunk, done, user in
                with(host, handle, "write_stream") { exchange in
                    guard let done, chunk.isSound else { return Status.invalid }
                    guard let stream = exchange.stream else { return Status.denied }
                    return stream.write(ByteBuffer(bytes: chunk.buffer), ForeignCompletion(function: done, user: user))
                }
            }

    private static let closeStream: @convention(c) (UnsafePointer<hearth_host>?, hearth_context) -> hearth_status = {
        host, handle in
        with(host, handle, "close_stream") { exchange in exchange.closeStream() }
    }
}

/// Why a call of a plugin was not accepted.
struct RefusedCall: Error {
    let status: hearth_status
    var message = ""
}

extension UInt8 {
    /// An ASCII letter or digit.
    var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self & 0xDF)
    }
}
