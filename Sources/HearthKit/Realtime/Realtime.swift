import CHearth
import HearthJSON

/// Tells connected clients at once what has happened, on all hosts. A hint and no record: what must not be lost belongs into
/// the database.
///
/// ```swift
/// try transaction.realtime.publish("habit.changed", habit, to: .user(owner))
/// ```
public struct Realtime: Sendable {
    let context: Context

    /// Whom an event is for.
    public enum Audience: Sendable {
        /// Everybody who listens to `all`.
        case all
        /// One user, on all his connections.
        case user(UUID)
        /// Those who listen to a topic of the plugin, named without the plugin's id.
        case topic(String)
    }

    /// Publishes an event; inside a transaction, when that commits. Nobody waits for clients.
    ///
    /// - Parameters:
    ///   - event: What has happened, such as `habit.changed`.
    ///   - data: At most 64 KiB of JSON.
    ///   - audience: Whom it is for.
    /// - Throws: ``HostError`` of kind ``HostError/Kind/invalid`` or ``HostError/Kind/tooLarge``.
    public func publish(_ event: String, _ data: some JSONEncodable, to audience: Audience) throws {
        let table = try context.runtime.realtime
        var json = JSONWriter()
        data.write(to: &json)
        var publication = hearth_publication()
        publication.size = UInt32(MemoryLayout<hearth_publication>.size)
        var name = ""
        switch audience {
        case .all: publication.audience = 1
        case .user(let user):
            publication.audience = 2
            user.withBytes { bytes in withUnsafeMutableBytes(of: &publication.user) { $0.copyMemory(from: bytes) } }
        case .topic(let topic):
            publication.audience = 3
            name = topic
        }
        let status = name.lending(with: event) { topic, event in
            json.withBytes { bytes in
                publication.topic = topic
                publication.event = event
                publication.data = hearth_string(
                    data: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), length: UInt64(bytes.count))
                return table.pointee.publish(context.runtime.host, context.handle, &publication)
            }
        }
        try HostError.check(status, "publish")
    }

    /// Who listens to a topic of the plugin at the moment, on all hosts.
    ///
    /// - Parameter topic: Without the plugin's id.
    public func present(in topic: String) async throws -> [UUID] {
        let (runtime, table) = (context.runtime, try context.runtime.realtime)
        return try await ContinuationBox<[UUID]>.waiting(for: "present") { box in
            topic.lending { table.pointee.present(runtime.host, context.handle, $0, Self.found, box) }
        }
    }

    /// Whether a user listens to his own events at the moment, on any host.
    public func isOnline(_ user: UUID) async throws -> Bool {
        let (runtime, table) = (context.runtime, try context.runtime.realtime)
        return try await ContinuationBox<[UUID]>.waiting(for: "online") { box in
            user.withBytes { bytes in
                table.pointee.online(
                    runtime.host, context.handle, bytes.bindMemory(to: UInt8.self).baseAddress, Self.found, box)
            }
        }.isEmpty == false
    }

    private static let found: hearth_presence = { user, error, users, count in
        ContinuationBox<[UUID]>.resume(
            user, error,
            (0..<Int(count)).compactMap { index in
                users.map { UUID(bytes: UnsafeRawBufferPointer(start: $0 + index * 16, count: 16)) }
            })
    }
}

extension Context {
    /// Events for connected clients.
    public var realtime: Realtime { Realtime(context: self) }
}

extension Setup {
    /// Takes topics into use: clients subscribe to them as the plugin's id, a slash and the name.
    ///
    /// - Parameter authorise: Whether a user may listen to a topic, named without the plugin's id; asked with each subscription.
    ///   Throwing a ``Failure`` refuses with its sentence.
    public func topics(
        authorise: @escaping @Sendable (_ context: Context, _ topic: String, _ user: UUID) async throws -> Bool
    ) {
        register { try TopicEndpoint(runtime: $0.runtime, authorise: authorise).register(with: $0) }
    }
}

/// Who decides about topics, as the host calls him.
final class TopicEndpoint: HostCallable {
    private let runtime: PluginRuntime
    private let authorise: @Sendable (Context, String, UUID) async throws -> Bool

    init(runtime: PluginRuntime, authorise: @escaping @Sendable (Context, String, UUID) async throws -> Bool) {
        self.runtime = runtime
        self.authorise = authorise
    }

    func register(with registrar: Registrar) throws {
        let status = try runtime.realtime.pointee.own_topics(
            runtime.host, { TopicEndpoint.take($1, for: $0) }, registrar.keep(self))
        try HostError.check(status, "own_topics")
    }

    func handle(_ listener: UnsafePointer<hearth_listener>) {
        let context = Context(handle: listener.pointee.context, runtime: runtime)
        let topic = String(listener.pointee.topic)
        let user = listener.pointee.actor.map { ContextInfo.Actor($0).id }
        context.serve {
            guard let table = try? self.runtime.realtime else { return }
            var refusal: String?
            do {
                let isAllowed = if let user { try await self.authorise(context, topic, user) } else { false }
                if !isAllowed { refusal = "" }
            } catch let failure as Failure {
                refusal = failure.detail
            } catch {
                context.log.error("A topic cannot be authorised", ["error": "\(error)"])
                refusal = ""
            }
            guard let refusal else {
                _ = table.pointee.allow(self.runtime.host, context.handle)
                return
            }
            _ = refusal.lending { table.pointee.refuse(self.runtime.host, context.handle, $0) }
        }
    }
}
