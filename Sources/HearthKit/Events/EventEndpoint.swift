import CHearth
import HearthJSON

/// A subscription as the host calls it.
final class EventEndpoint: HostCallable {
    typealias Handle = @Sendable (_ context: Context, _ event: HappenedEvent<Void>, _ payload: JSONValue) async throws -> Void

    private let runtime: PluginRuntime
    private let serve: Handle

    init(runtime: PluginRuntime, serve: @escaping Handle) {
        self.runtime = runtime
        self.serve = serve
    }

    func handle(_ call: UnsafePointer<hearth_event>) {
        let context = Context(handle: call.pointee.context, runtime: runtime)
        let event = HappenedEvent<Void>(
            payload: (), key: String(call.pointee.key), id: call.pointee.id == 0 ? nil : call.pointee.id,
            publishedAt: Timestamp(microseconds: call.pointee.published_at), attempt: Int(call.pointee.attempt))
        let payload = Array(call.pointee.payload.buffer)
        context.serve {
            guard let events = try? self.runtime.events else { return }
            do {
                try await self.serve(context, event, try JSONValue(parsing: payload))
                _ = events.pointee.answer_event(self.runtime.host, context.handle, nil)
            } catch {
                CompletionError(error).lend { _ = events.pointee.answer_event(self.runtime.host, context.handle, $0) }
            }
        }
    }
}

/// The replay of an event as the host calls it.
final class EventReplayEndpoint: HostCallable {
    typealias Read =
        @Sendable (_ context: Context, _ cursor: String?, _ limit: Int) async throws -> (events: [UInt8], next: String)

    private let runtime: PluginRuntime
    private let read: Read

    init(runtime: PluginRuntime, read: @escaping Read) {
        self.runtime = runtime
        self.read = read
    }

    static func declare<Payload: SchemaValue>(
        _ event: Event<Payload>, _ docs: String, _ endpoint: EventReplayEndpoint?, with registrar: Registrar
    ) throws {
        let events = try registrar.runtime.events
        let schema = try SchemaInlining.schema(of: Payload.self).text
        let status = event.name.lending(with: schema) { name, schema in
            docs.lending { docs in
                var type = hearth_event_type(
                    size: UInt32(MemoryLayout<hearth_event_type>.size), reserved: 0, name: name, schema: schema,
                    description: docs, replay: nil, user: nil)
                if let endpoint {
                    type.replay = { EventReplayEndpoint.take($1, for: $0) }
                    type.user = registrar.keep(endpoint)
                }
                return events.pointee.declare(registrar.runtime.host, &type)
            }
        }
        try HostError.check(status, "declare \(event.name)")
    }

    func handle(_ request: UnsafePointer<hearth_replay_request>) {
        let context = Context(handle: request.pointee.context, runtime: runtime)
        let cursor = String(request.pointee.cursor)
        let limit = Int(request.pointee.limit)
        context.serve {
            guard let events = try? self.runtime.events else { return }
            do {
                let page = try await self.read(context, cursor.isEmpty ? nil : cursor, limit)
                _ = page.next.lending { next in
                    page.events.lending { events.pointee.answer_replay(self.runtime.host, context.handle, nil, $0, next) }
                }
            } catch {
                CompletionError(error).lend {
                    _ = events.pointee.answer_replay(self.runtime.host, context.handle, $0, hearth_bytes(), hearth_string())
                }
            }
        }
    }
}
