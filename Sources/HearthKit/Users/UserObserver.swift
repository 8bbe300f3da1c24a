import CHearth
public import HearthJSON

/// A step in the life of an account.
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
final class UserObserverEndpoint: Sendable {
    private let runtime: PluginRuntime
    private let observe: @Sendable (Context, UserChange) async throws -> Void

    init(runtime: PluginRuntime, observe: @escaping @Sendable (Context, UserChange) async throws -> Void) {
        self.runtime = runtime
        self.observe = observe
    }

    func register(_ events: Set<UserEvent>) throws {
        let users = try runtime.users
        var observer = hearth_user_observer(
            size: UInt32(MemoryLayout<hearth_user_observer>.size), reserved: 0,
            events: events.reduce(0) { $0 | 1 << UInt64($1.rawValue) },
            observe: { user, change in
                guard let user, let change else { return 0 }
                Unmanaged<UserObserverEndpoint>.fromOpaque(user).takeUnretainedValue().handle(change)
                return 2
            },
            // Never released: the host may call it until stop.
            user: Unmanaged.passRetained(self).toOpaque())
        try HostError.check(users.pointee.add_observer(runtime.host, &observer), "add_observer")
    }

    private func handle(_ change: UnsafePointer<hearth_user_change>) {
        let context = Context(handle: change.pointee.context, runtime: runtime)
        let event = UserEvent(rawValue: change.pointee.event)
        let user = withUnsafeBytes(of: change.pointee.user_id) { UUID(bytes: $0) }
        let changes = (try? JSONValue(parsing: UnsafeRawBufferPointer(change.pointee.changes.buffer))) ?? .object(JSONObject())
        let cancellation = TaskCancellation()
        let task = Task.immediate {
            await self.answer(context, event.map { UserChange(event: $0, user: user, changes: changes) })
            cancellation.finish()
        }
        cancellation.watch(context, task)
    }

    /// An event that this version does not know is let through.
    private func answer(_ context: Context, _ change: UserChange?) async {
        guard let table = try? runtime.users else { return }
        let nothing = hearth_bytes(data: nil, length: 0)
        do {
            if let change { try await observe(context, change) }
            _ = table.pointee.answer_observer(runtime.host, context.handle, nil, nothing)
        } catch {
            CompletionError(error).lend { _ = table.pointee.answer_observer(runtime.host, context.handle, $0, nothing) }
        }
    }
}
