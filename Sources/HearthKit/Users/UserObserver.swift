import CHearth
public import HearthJSON

/// A step in the life of an account. Accounts cannot be deleted in this version of the host: it sends the first two.
public enum UserEvent: hearth_user_event, Sendable {
    /// Registered.
    case created = 1
    /// The profile changed.
    case changed = 2
    /// About to be deleted; throwing vetoes it.
    case deleting = 3
    /// Deleted, may be restored.
    case deleted = 4
    /// Restored.
    case restored = 5
    /// All data of the user is to go.
    case erased = 6
}

/// What happened to an account.
public struct UserChange: Sendable {
    /// The step.
    public let event: UserEvent
    /// Whose account.
    public let user: UUID
    /// Members of the request that belong to facets.
    public let changes: JSONValue
}

/// An observer as the host calls it.
final class UserObserverEndpoint: HostCallable {
    /// Observes a step; the answer is JSON for an export, else empty.
    typealias Observe =
        @Sendable (
            _ context: Context, _ event: hearth_user_event, _ user: UUID, _ changes: JSONValue
        ) async throws -> [UInt8]

    /// All data of the user is asked for.
    static let exported: hearth_user_event = 7

    private let runtime: PluginRuntime
    private let observe: Observe

    init(runtime: PluginRuntime, observe: @escaping Observe) {
        self.runtime = runtime
        self.observe = observe
    }

    func register(_ events: UInt64, with registrar: Registrar) throws {
        let users = try runtime.users
        var observer = hearth_user_observer(
            size: UInt32(MemoryLayout<hearth_user_observer>.size), reserved: 0, events: events,
            observe: { UserObserverEndpoint.take($1, for: $0) }, user: registrar.keep(self))
        try HostError.check(users.pointee.add_observer(runtime.host, &observer), "add_observer")
    }

    func handle(_ change: UnsafePointer<hearth_user_change>) {
        let context = Context(handle: change.pointee.context, runtime: runtime)
        let event = change.pointee.event
        let user = withUnsafeBytes(of: change.pointee.user_id) { UUID(bytes: $0) }
        let changes = (try? JSONValue(parsing: UnsafeRawBufferPointer(change.pointee.changes.buffer))) ?? .object(JSONObject())
        context.serve {
            guard let table = try? self.runtime.users else { return }
            do {
                let output = try await self.observe(context, event, user, changes)
                _ = output.lending { table.pointee.answer_observer(self.runtime.host, context.handle, nil, $0) }
            } catch {
                CompletionError(error).lend {
                    _ = table.pointee.answer_observer(self.runtime.host, context.handle, $0, hearth_bytes())
                }
            }
        }
    }
}
