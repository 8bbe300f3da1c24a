import CHearth
import HearthJSON

/// A method that a plugin provides.
public struct ProvidedMethod: Sendable {
    let name: String
    let description: JSONValue
    let serve: @Sendable (Context, JSONValue) async throws -> [UInt8]

    /// - Parameters:
    ///   - method: Its name and types.
    ///   - docs: A sentence for the documentation.
    ///   - serve: Serves a call. In the caller's transaction, if there is one: it can neither commit it nor roll it back.
    public init<Input, Output>(
        _ method: ServiceMethod<Input, Output>, _ docs: String = "",
        serve: @escaping @Sendable (Context, Input) async throws -> Output
    ) {
        name = method.name
        description = [
            "input": Self.inlined(Input.self), "output": Self.inlined(Output.self), "description": .string(docs),
        ]
        self.serve = { context, input in
            let output = try await serve(context, try Input(json: input))
            var json = JSONWriter()
            output.write(to: &json)
            return json.bytes
        }
    }

    /// A schema without references, since services have no shared components.
    private static func inlined(_ type: any SchemaValue.Type) -> JSONValue {
        guard let object = type as? any Object.Type else { return type.jsonSchema }
        return SchemaInlining.inline(object.definition, object.components)
    }
}

/// Replaces references to components by what they refer to.
enum SchemaInlining {
    static func inline(_ schema: JSONValue, _ components: [any Object.Type]) -> JSONValue {
        switch schema {
        case .object(let object):
            if case .string(let reference)? = object["$ref"],
                let component = components.first(where: { "#/components/schemas/\($0.schemaName)" == reference })
            {
                return inline(component.definition, components)
            }
            var result = JSONObject()
            for (name, value) in object.members { result[name] = inline(value, components) }
            return .object(result)
        case .array(let values): return .array(values.map { inline($0, components) })
        default: return schema
        }
    }
}

/// Collects the methods of a service.
@resultBuilder public enum ServiceBuilder {
    /// All methods.
    public static func buildBlock(_ methods: ProvidedMethod...) -> [ProvidedMethod] { methods }
}

/// A service as the host calls it.
final class ServiceEndpoint: Sendable {
    private let runtime: PluginRuntime
    private let methods: [String: ProvidedMethod]

    init(runtime: PluginRuntime, methods: [ProvidedMethod]) {
        self.runtime = runtime
        self.methods = Dictionary(methods.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func register(_ name: String) throws {
        let services = try runtime.services
        var schema = JSONObject()
        for method in methods.values.sorted(by: { $0.name < $1.name }) { schema[method.name] = method.description }
        let status = name.lending { name in
            JSONValue.object(schema).text.lending { schema in
                var service = hearth_service(
                    size: UInt32(MemoryLayout<hearth_service>.size), reserved: 0, name: name, schema: schema,
                    handle: { user, call in
                        guard let user, let call else { return 0 }
                        Unmanaged<ServiceEndpoint>.fromOpaque(user).takeUnretainedValue().handle(call)
                        return 2
                    },
                    // Never released: the host may call it until stop.
                    user: Unmanaged.passRetained(self).toOpaque())
                return services.pointee.provide(runtime.host, &service)
            }
        }
        try HostError.check(status, "provide \(name)")
    }

    private func handle(_ call: UnsafePointer<hearth_call>) {
        let context = Context(handle: call.pointee.context, runtime: runtime)
        let name = String(call.pointee.method)
        let input = Array(call.pointee.input.buffer)
        let cancellation = TaskCancellation()
        let task = Task.immediate {
            await self.serve(context, name, input)
            cancellation.finish()
        }
        cancellation.watch(context, task)
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
