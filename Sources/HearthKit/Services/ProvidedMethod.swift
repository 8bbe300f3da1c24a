import CHearth
import HearthJSON

/// A method that a plugin provides.
public struct ProvidedMethod: Sendable {
    let name: String
    /// Throws for a type that contains itself: services have no shared schemas that it could be named in.
    let description: @Sendable () throws -> JSONValue
    let serve: @Sendable (Context, JSONValue) async throws -> [UInt8]

    /// - Parameters:
    ///   - method: Its name and types.
    ///   - docs: A sentence for the documentation.
    ///   - serve: Serves a call. In the caller's transaction, if there is one: it can neither commit it nor roll it back.
    public init<Input: JSONDecodable, Output: JSONEncodable>(
        _ method: ServiceMethod<Input, Output>, _ docs: String = "",
        serve: @escaping @Sendable (Context, Input) async throws -> Output
    ) {
        name = method.name
        description = {
            [
                "input": try SchemaInlining.schema(of: Input.self), "output": try SchemaInlining.schema(of: Output.self),
                "description": .string(docs),
            ]
        }
        self.serve = { context, input in
            let output = try await serve(context, try Input(json: input))
            var json = JSONWriter()
            output.write(to: &json)
            return json.bytes
        }
    }

}

/// Collects the methods of a service.
@resultBuilder public enum ServiceBuilder {
    /// All methods.
    public static func buildBlock(_ methods: ProvidedMethod...) -> [ProvidedMethod] { methods }
}
