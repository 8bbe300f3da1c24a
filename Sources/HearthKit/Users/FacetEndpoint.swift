import CHearth
import HearthJSON

/// A facet as the host reads it.
final class FacetEndpoint: HostCallable {
    typealias Read = @Sendable (_ context: Context, _ users: [UUID], _ isPublic: Bool) async throws -> [UInt8]

    private let runtime: PluginRuntime
    private let read: Read

    init(runtime: PluginRuntime, read: @escaping Read) {
        self.runtime = runtime
        self.read = read
    }

    func register(_ name: String, schema: JSONValue, with registrar: Registrar) throws {
        let users = try runtime.users
        let status = name.lending(with: schema.text) { name, schema in
            var facet = hearth_facet(
                size: UInt32(MemoryLayout<hearth_facet>.size), reserved: 0, name: name, schema: schema,
                read: { FacetEndpoint.take($1, for: $0) }, user: registrar.keep(self))
            return users.pointee.add_facet(runtime.host, &facet)
        }
        try HostError.check(status, "add_facet \(name)")
    }

    func handle(_ request: UnsafePointer<hearth_facet_request>) {
        let context = Context(handle: request.pointee.context, runtime: runtime)
        let bytes = UnsafeRawBufferPointer(start: request.pointee.user_ids, count: Int(request.pointee.user_count) * 16)
        let users = (0..<Int(request.pointee.user_count)).map {
            UUID(bytes: UnsafeRawBufferPointer(rebasing: bytes[($0 * 16)...]))
        }
        let isPublic = request.pointee.is_public != 0
        context.serve { await self.answer(context, users, isPublic) }
    }

    private func answer(_ context: Context, _ users: [UUID], _ isPublic: Bool) async {
        guard let table = try? runtime.users else { return }
        var objects: [UInt8]
        do { objects = try await read(context, users, isPublic) } catch {
            context.log.error("A facet could not be read", ["error": "\(error)"])
            objects = []
        }
        // No array at all makes the host leave the facet out.
        _ = objects.lending { table.pointee.answer_facet(runtime.host, context.handle, $0) }
    }
}
