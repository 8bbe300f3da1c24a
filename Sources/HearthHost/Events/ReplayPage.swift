import CHearth
import HearthJSON
import HearthThreads

/// A page of what has happened, as the owner of an event tells it from its data.
struct ReplayPage: Sendable {
    /// One thing that has happened.
    struct Event: Sendable {
        let key: String
        /// JSON text.
        let payload: String
        let publishedAt: Int64
    }

    let events: [Event]
    /// Where the next page begins; empty when there is none.
    let next: String

    /// How many events a page has.
    static let limit: UInt32 = 100

    init(events: [Event], next: String) {
        self.events = events
        self.next = next
    }

    /// - Returns: nil when it is not an array of events
    init?(_ json: UnsafeBufferPointer<UInt8>, next: String?) {
        guard let next, next.utf8.count <= 1000, case .array(let items)? = try? JSONValue(parsing: UnsafeRawBufferPointer(json)),
            items.count <= Self.limit
        else { return nil }
        var events: [Event] = []
        for item in items {
            guard case .object(let object) = item, case .string(let key)? = object["key"], let payload = object["payload"],
                case .integer(let at)? = object["published_at"], (1...DeclaredEvent.keyLimit).contains(key.utf8.count)
            else { return nil }
            events.append(Event(key: key, payload: payload.text, publishedAt: at))
        }
        self.init(events: events, next: next)
    }
}

extension DeclaredEvent {
    /// Asks the owner for a page.
    ///
    /// - Parameter cursor: where it begins; empty for the first one
    /// - Throws: why there is none
    func page(from cursor: String) async throws(ForeignError) -> ReplayPage {
        guard let replay else { return ReplayPage(events: [], next: "") }
        let text = ForeignText(cursor)
        let handler = ForeignCompletion(function: replay, user: user)
        let request = ReplayMemory(cursor: text)
        let question = PluginQuestion<ReplayPage>(plugin.label.doing("replay \(name)")) { context in
            request.request.pointee.context = context
            return handler.function(handler.user, request.request)
        }
        let context = CallContext(
            plugin: plugin, purpose: .replay(question), requestID: "replay \(name)", actor: nil,
            deadline: .after(EventSubscriber.timeout))
        return try await question.ask(on: context).get()
    }
}

/// The request for a page, in one place that lives until it is answered.
///
/// `@unchecked Sendable`: written before the handler is called, and by nobody else.
private final class ReplayMemory: @unchecked Sendable {
    let request: UnsafeMutablePointer<hearth_replay_request>
    private let cursor: ForeignText

    init(cursor: ForeignText) {
        self.cursor = cursor
        request = .allocate(capacity: 1)
        request.initialize(
            to: hearth_replay_request(
                size: UInt32(MemoryLayout<hearth_replay_request>.size), limit: ReplayPage.limit, context: 0,
                cursor: cursor.string))
    }

    deinit { request.deallocate() }
}
