import CHearth
import HearthJSON

/// A service as the host calls it.
final class ServiceEndpoint: HostCallable {
    private let runtime: PluginRuntime
    private let methods: [String: ProvidedMethod]

    init(runtime: PluginRuntime, methods: [ProvidedMethod]) {
        self.runtime = runtime
        self.methods = Dictionary(methods.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func register(_ name: String, with registrar: Registrar) throws {
        let services = try runtime.services
        var schema = JSONObject()
        for method in methods.values.sorted(by: { $0.name < $1.name }) { schema[method.name] = try method.description() }
        let status = name.lending(with: JSONValue.object(schema).text) { name, schema in
            var service = hearth_service(
                size: UInt32(MemoryLayout<hearth_service>.size), reserved: 0, name: name, schema: schema,
                handle: { ServiceEndpoint.take($1, for: $0) }, user: registrar.keep(self))
            return services.pointee.provide(runtime.host, &service)
        }
        try HostError.check(status, "provide \(name)")
    }

    func handle(_ call: UnsafePointer<hearth_call>) {
        let context = Context(handle: call.pointee.context, runtime: runtime)
        let name = String(call.pointee.method)
        let input = Array(call.pointee.input.buffer)
        context.serve { await self.serve(context, name, input) }
    }

    private func serve(_ context: Context, _ name: String, _ input: [UInt8]) async {
        guard let services = try? runtime.services else { return }
        do {
            guard let method = methods[name] else {
                throw HostError(.notFound, code: "unknown_method", message: "there is no method \(name)")
            }
            let output = try await method.serve(context, try JSONValue(parsing: input))
            _ = output.lending { services.pointee.reply(runtime.host, context.handle, $0) }
        } catch {
            CompletionError(error).lend { _ = services.pointee.fail(runtime.host, context.handle, $0) }
        }
    }
}
