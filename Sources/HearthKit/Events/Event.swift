import CHearth
import HearthJSON

/// Something that happens, by its name and the type of what is told about it: what its owner publishes and others subscribe to.
///
/// The owner writes the payload and subscribers read it, so each needs only that of the type.
public struct Event<Payload: SchemaValue>: Sendable {
    /// With its version, such as `habit.completed/1`.
    public let name: String

    /// - Parameter name: With its version; unique in the host.
    public init(_ name: String) { self.name = name }
}

/// An event as a subscriber is told of it.
public struct HappenedEvent<Payload: Sendable>: Sendable {
    /// What is told about it.
    public let payload: Payload
    /// Whose events come in order.
    public let key: String
    /// Counts the events of this name and key, in the order of their commits; nil for a replayed one.
    public let id: Int64?
    /// When it was published.
    public let publishedAt: Timestamp
    /// How often the subscriber is told, this time included.
    public let attempt: Int

    /// Whether it happened before the subscriber was there, or is told again on request.
    public var isReplayed: Bool { id == nil }
}

/// A page of what has happened, oldest first.
public struct EventPage<Payload: SchemaValue>: Sendable {
    /// One thing that has happened.
    public struct Item: Sendable {
        let key: String
        let payload: Payload
        let publishedAt: Timestamp

        /// - Parameters:
        ///   - payload: What is told about it.
        ///   - key: As it is published with.
        ///   - publishedAt: When it happened.
        public init(_ payload: Payload, key: String, at publishedAt: Timestamp) {
            self.payload = payload
            self.key = key
            self.publishedAt = publishedAt
        }
    }

    let items: [Item]
    let next: String?

    /// - Parameters:
    ///   - items: At most as many as were asked for.
    ///   - next: Where the next page begins, in whatever form the owner understands; nil when this is the last one.
    public init(_ items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

extension Context {
    /// Publishes an event of this plugin, in the transaction of this context; without one, in a transaction of its own. Locks the
    /// key until the transaction ends: publish several keys in ascending order.
    ///
    /// - Parameters:
    ///   - event: Declared by this plugin.
    ///   - key: Whose events are told in order, such as the id of a user.
    ///   - payload: What is told about it.
    /// - Returns: Which of the key's events it is, counted from 1.
    /// - Throws: ``HostError`` with the code and message of a subscriber that vetoes. The transaction can only be rolled back then.
    @discardableResult
    public func publish<Payload: JSONEncodable>(_ event: Event<Payload>, key: String, _ payload: Payload) async throws -> Int64 {
        let events = try runtime.events
        var json = JSONWriter()
        payload.write(to: &json)
        let bytes = json.bytes
        return try await ContinuationBox<Int64>.waiting(for: "publish \(event.name)") { box in
            event.name.lending(with: key) { name, key in
                bytes.lending {
                    events.pointee.publish(
                        runtime.host, handle, name, key, $0,
                        { user, error, id in ContinuationBox<Int64>.resume(user, error, id) }, box)
                }
            }
        }
    }
}

extension Setup {
    /// Declares an event that this plugin publishes.
    ///
    /// - Parameters:
    ///   - event: What happens.
    ///   - docs: One sentence: when it is published, and what its key is.
    public func declare<Payload: JSONEncodable>(_ event: Event<Payload>, _ docs: String) {
        register { registrar in try EventReplayEndpoint.declare(event, docs, nil, with: registrar) }
    }

    /// Declares an event that this plugin publishes, and tells what has happened so far to those who subscribe for the first time.
    ///
    /// - Parameters:
    ///   - event: What happens.
    ///   - docs: One sentence: when it is published, and what its key is.
    ///   - replay: Reads a page from the plugin's data, oldest first: at most as many events as the limit says, from the cursor
    ///     that the last page has given, nil for the first one.
    public func declare<Payload: JSONEncodable>(
        _ event: Event<Payload>, _ docs: String,
        replay: @escaping @Sendable (_ context: Context, _ cursor: String?, _ limit: Int) async throws -> EventPage<Payload>
    ) {
        register { registrar in
            let endpoint = EventReplayEndpoint(runtime: registrar.runtime) { context, cursor, limit in
                let page = try await replay(context, cursor, limit)
                var json = JSONWriter()
                json.beginArray()
                for item in page.items {
                    json.beginObject()
                    json.key("key")
                    json.value(item.key)
                    json.key("payload")
                    item.payload.write(to: &json)
                    json.key("published_at")
                    json.value(item.publishedAt.microseconds)
                    json.endObject()
                }
                json.endArray()
                return (json.bytes, page.next ?? "")
            }
            try EventReplayEndpoint.declare(event, docs, endpoint, with: registrar)
        }
    }

    /// Subscribes to an event: told after its commit, at least once, in order for each key, also when this plugin or the host was
    /// down meanwhile. What it throws is logged, and it is told again later.
    ///
    /// - Parameters:
    ///   - event: Of any plugin; one that nobody declares never happens.
    ///   - name: Unique in the plugin, and never to be changed: it is what the host remembers.
    ///   - retries: How often to try again, with growing pauses; nil for 19 times, over some days.
    ///   - handle: Does what follows from it. By key and id it knows an event that it has been told of before.
    public func subscribe<Payload: JSONDecodable>(
        to event: Event<Payload>, as name: String, retries: Int? = nil,
        handle: @escaping @Sendable (Context, HappenedEvent<Payload>) async throws -> Void
    ) {
        subscribe(event, name, flags: 0, order: 0, retries: UInt32(clamping: max(1, retries ?? 19)), handle)
    }

    /// Subscribes to an event inside the transaction in which it happens. Throwing vetoes it: the publisher is told the code and
    /// message of a ``ServiceError``, and nothing has happened.
    ///
    /// - Parameters:
    ///   - event: Of any plugin.
    ///   - name: Unique in the plugin.
    ///   - order: Lower numbers first.
    ///   - handle: Does what belongs to the same transaction, without outbound calls.
    public func subscribe<Payload: JSONDecodable>(
        inTransactionOf event: Event<Payload>, as name: String, order: Int = 0,
        handle: @escaping @Sendable (Context, HappenedEvent<Payload>) async throws -> Void
    ) {
        subscribe(event, name, flags: 1, order: Int32(clamping: order), retries: 0, handle)
    }

    private func subscribe<Payload: JSONDecodable>(
        _ event: Event<Payload>, _ name: String, flags: UInt32, order: Int32, retries: UInt32,
        _ handle: @escaping @Sendable (Context, HappenedEvent<Payload>) async throws -> Void
    ) {
        register { registrar in
            let runtime = registrar.runtime
            let endpoint = EventEndpoint(runtime: runtime) { context, event, payload in
                try await handle(
                    context,
                    HappenedEvent(
                        payload: try Payload(json: payload), key: event.key, id: event.id, publishedAt: event.publishedAt,
                        attempt: event.attempt))
            }
            let events = try runtime.events
            let status = name.lending(with: event.name) { name, event in
                var subscription = hearth_subscription(
                    size: UInt32(MemoryLayout<hearth_subscription>.size), flags: flags, name: name, event: event, order: order,
                    retries: retries, handle: { EventEndpoint.take($1, for: $0) }, user: registrar.keep(endpoint))
                return events.pointee.subscribe(runtime.host, &subscription)
            }
            try HostError.check(status, "subscribe \(name)")
        }
    }
}
