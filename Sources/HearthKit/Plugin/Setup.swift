import CHearth
import HearthJSON

/// What a plugin registers with during its `init`.
public struct Setup: Sendable {
    let registrar: Registrar
    private var runtime: PluginRuntime { registrar.runtime }

    init(registrar: Registrar) { self.registrar = registrar }

    /// Registers something of an interface, unless an earlier registration was refused.
    func register(_ body: (Registrar) throws -> Void) { registrar.register { try body(registrar) } }

    /// The plugin's settings.
    public var settings: Settings { Settings(runtime: runtime) }

    /// The log of the host, with the plugin's name.
    public var log: Log { Log(runtime: runtime, context: 0) }

    /// Routes that share a tag of the documentation and who may call them.
    ///
    /// - Parameters:
    ///   - tag: Under which heading they stand in the API description.
    ///   - access: Who may call them.
    public func routes(tag: String, access: Access = .user) -> Routes {
        Routes(registrar: registrar, tag: tag, access: access)
    }

    /// Provides a service that other plugins call.
    ///
    /// - Parameters:
    ///   - name: With version, as in `plugin.toml` under `provides`.
    ///   - methods: What it can do.
    public func provide(_ name: String, @ServiceBuilder methods: () -> [ProvidedMethod]) {
        let service = ServiceEndpoint(runtime: runtime, methods: methods())
        registrar.register { try service.register(name, with: registrar) }
    }

    /// Extends the user object with the members of a type, answered in bulk.
    ///
    /// - Parameters:
    ///   - name: Unique in the host.
    ///   - type: Its members become members of the user object.
    ///   - read: Answers for these users; who is missing in the answer is unknown here. The flag tells that others will
    ///     see the answer.
    public func facet<Members: Output>(
        _ name: String, _ type: Members.Type,
        read: @escaping @Sendable (_ context: Context, _ users: [UUID], _ isPublic: Bool) async throws -> [UUID: Members]
    ) {
        let facet = FacetEndpoint(runtime: runtime) { context, users, isPublic in
            let members = try await read(context, users, isPublic)
            var json = JSONWriter()
            json.beginArray()
            for user in users { members[user].write(to: &json) }
            json.endArray()
            return json.bytes
        }
        registrar.register { try facet.register(name, schema: Members.definition, with: registrar) }
    }

    /// Observes the accounts of users, inside the transaction of each step.
    ///
    /// - Parameters:
    ///   - events: Which steps.
    ///   - observe: Throwing undoes the step and tells the client the message of a ``Failure``.
    public func observeUsers(_ events: Set<UserEvent>, observe: @escaping @Sendable (Context, UserChange) async throws -> Void) {
        let observer = UserObserverEndpoint(runtime: runtime) { context, event, user, changes in
            // An event that this version does not know is let through.
            if let event = UserEvent(rawValue: event) {
                try await observe(context, UserChange(event: event, user: user, changes: changes))
            }
            return []
        }
        let set = events.reduce(UInt64(0)) { $0 | 1 << UInt64($1.rawValue) }
        registrar.register { try observer.register(set, with: registrar) }
    }

    /// Answers what this plugin knows about a user, when he asks for all of his data: with a later version of the host, since this
    /// one has no such request.
    ///
    /// - Parameter export: Gives it; nil for nothing.
    public func exportUserData<Data: JSONEncodable>(_ export: @escaping @Sendable (Context, UUID) async throws -> Data?) {
        let observer = UserObserverEndpoint(runtime: runtime) { context, _, user, _ in
            guard let data = try await export(context, user) else { return [] }
            var json = JSONWriter()
            data.write(to: &json)
            return json.bytes
        }
        registrar.register { try observer.register(1 << UserObserverEndpoint.exported, with: registrar) }
    }

    /// The plugin's numbers for the operator.
    public var metrics: Metrics { Metrics(runtime: runtime) }
}
