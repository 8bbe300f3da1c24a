import CHearth
import HearthConfiguration
import HearthDatabase
import HearthJSON

/// `hearth.services/1` as C sees it.
enum ServicesInterface {
    static let table = hearth_services(
        size: UInt32(MemoryLayout<hearth_services>.size), provide: provide, available: available, call: call,
        send_piece: sendPiece, reply: reply, fail: fail)

    /// How deep calls may be nested.
    private static let depthLimit = 16

    private static let provide: @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_service>?) -> hearth_status = {
        host, pointer in
        guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
        let service = StructReader.read(pointer, size: pointer.pointee.size)
        guard let name = service.name.text, let schema = service.schema.text, let handle = service.handle else {
            plugin.refuse("a service needs a name, a schema and a handler")
            return Status.invalid
        }
        guard plugin.manifest.provides.contains(name) else {
            plugin.refuse("the service \(name) is not announced in plugin.toml: add it to `provides`")
            return Status.invalid
        }
        let schemas: ServiceSchema
        do { schemas = try ServiceSchema(schema) } catch {
            plugin.refuse("the schema of the service \(name): \(error)")
            return Status.invalid
        }
        return plugin.register { registration in
            registration.services.append(
                ProvidedService(
                    name: name, plugin: plugin, label: plugin.label.doing("service \(name)"), inputs: schemas.inputs,
                    outputs: schemas.outputs, handle: handle, user: service.user))
            return Status.ok
        }
    }

    private static let available: @convention(c) (UnsafePointer<hearth_host>?, hearth_string) -> UInt32 = { host, name in
        guard let plugin = PluginInstance.from(host), let name = name.text else { return 0 }
        return plugin.services.registry[name] == nil ? 0 : 1
    }

    private static let call:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_string, hearth_bytes, hearth_piece?, hearth_reply?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, name, method, input, piece, done, user in
            guard let plugin = PluginInstance.from(host), let done, let name = name.text, let method = method.text,
                input.isSound
            else { return Status.invalid }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("call")
            }
            guard plugin.manifest.needs.contains(name) || plugin.manifest.uses.contains(name) else {
                return plugin.checked("call", Status.denied)
            }
            guard let service = plugin.services.registry[name] else { return Status.notFound }
            guard context.depth < depthLimit else { return Status.failed }
            let admission = context.beginCall()
            guard admission == Status.ok else {
                return admission == Status.stale ? plugin.reportStale("call") : plugin.checked("call", admission)
            }
            let completion = ForeignCompletion(function: done, user: user)
            let exchange = ServiceExchange(
                service, method: method, input: Array(input.buffer), on: context, piece: pieceSender(piece, user, context.label)
            ) { result in
                finish(result, on: context, completion)
            }
            if let error = check(input, method, service) {
                finish(.failure(error), on: context, completion)
            } else {
                exchange.start()
            }
            return Status.ok
        }

    private static func pieceSender(
        _ piece: hearth_piece?, _ user: UnsafeMutableRawPointer?, _ label: WorkLabel
    ) -> (@Sendable ([UInt8]) -> Void)? {
        guard let piece else { return nil }
        let receiver = ForeignCompletion(function: piece, user: user)
        // Called on the provider's thread, so that the order holds and none comes after the reply.
        return { bytes in
            WorkLabel.with(label) {
                bytes.withUnsafeBufferPointer {
                    receiver.function(receiver.user, hearth_bytes(data: $0.baseAddress, length: UInt64($0.count)))
                }
            }
        }
    }

    private static func check(_ input: hearth_bytes, _ method: String, _ service: ProvidedService) -> ForeignError? {
        guard let schema = service.inputs[method] else {
            return ForeignError(Status.notFound, code: "unknown_method", "\(service.name) has no method \(method)")
        }
        guard let value = try? JSONValue(parsing: UnsafeRawBufferPointer(input.buffer)) else {
            return ForeignError(Status.invalid, code: "invalid_input", "the input of \(service.name).\(method) is not JSON")
        }
        guard let violation = schema.validate(value).first else { return nil }
        return ForeignError(
            Status.invalid, code: "invalid_input", "the input of \(service.name).\(method) at \(violation.loc): \(violation.msg)")
    }

    /// Tells the caller, on a worker. A failed call spoils the transaction that it was part of, as a failed statement does.
    private static func finish(
        _ result: Result<[UInt8], ForeignError>, on context: CallContext, _ completion: ForeignCompletion<hearth_reply>
    ) {
        let plugin = context.plugin
        @Sendable func deliver() {
            plugin.services.workers.enqueue(context.label) {
                context.endCall()
                switch result {
                case .success(let output):
                    output.withUnsafeBufferPointer {
                        completion.function(
                            completion.user, nil, hearth_bytes(data: $0.baseAddress, length: UInt64($0.count)))
                    }
                case .failure(let error):
                    error.lend { completion.function(completion.user, $0, hearth_bytes(data: nil, length: 0)) }
                }
            }
        }
        guard case .failure = result, let transaction = context.transaction else { return deliver() }
        transaction.spoil { deliver() }
    }

    // MARK: Providers

    private static func with(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ call: StaticString,
        _ body: (ServiceExchange) -> hearth_status
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let context = plugin.context(handle) else { return plugin.reportStale(call) }
        guard case .call(let exchange) = context.purpose else { return plugin.checked(call, Status.invalid) }
        return plugin.checked(call, body(exchange))
    }

    private static let sendPiece: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_bytes) -> hearth_status = {
        host, handle, piece in
        with(host, handle, "send_piece") { exchange in
            piece.isSound ? exchange.send(Array(piece.buffer)) : Status.invalid
        }
    }

    private static let reply: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_bytes) -> hearth_status = {
        host, handle, output in
        with(host, handle, "reply") { exchange in
            output.isSound ? exchange.complete(.success(Array(output.buffer))) : Status.invalid
        }
    }

    private static let fail:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_error>?) -> hearth_status = {
            host, handle, error in
            with(host, handle, "fail") { exchange in
                guard let error, let copy = ForeignError(copying: error) else { return Status.invalid }
                return exchange.complete(.failure(copy))
            }
        }
}

/// The schema of a service: a JSON object from methods to their inputs and outputs.
struct ServiceSchema {
    /// What is wrong with the schema.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// The compiled input schema of each method.
    private(set) var inputs: [String: JSONSchema] = [:]
    /// The output schema of each method that has one.
    private(set) var outputs: [String: JSONValue] = [:]

    /// Reads the schema of a service.
    ///
    /// - Throws: ``Refusal``, or what is wrong with the schema of an input
    init(_ text: String) throws {
        guard case .object(let methods) = try JSONValue(parsing: text), !methods.members.isEmpty else {
            throw Refusal(description: "it is not an object of methods")
        }
        for (name, method) in methods.members {
            guard case .object(let method) = method else { throw Refusal(description: "\(name) is not an object") }
            inputs[name] = try JSONSchema(method["input"] ?? .object(JSONObject()))
            outputs[name] = method["output"]
        }
    }
}

extension DatabaseTransaction {
    /// Makes it rollback-only, unless a savepoint catches it: what a failed service call does to its caller's transaction.
    func spoil(then done: @escaping @Sendable () -> Void) {
        // A statement that every engine refuses has just this effect, on the savepoint or the whole, as the engine keeps it.
        run([Statement("SELECT 1 FROM hearth_spoiled_by_a_failed_service_call")], scope: .host, deadline: nil) { result in
            guard case .failure(let error) = result, error.kind == .busy else { return done() }
            // A call of the provider is still running in it. It ends, at the latest with the transaction.
            Task {
                try? await Task.sleep(for: .milliseconds(1))
                self.spoil(then: done)
            }
        }
    }
}
