import CHearth
import HearthJSON

/// An event that a plugin declares.
struct DeclaredEvent: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let name: String
    let plugin: PluginInstance
    let schema: JSONSchema
    /// Tells what has happened so far; nil when it cannot be told.
    let replay: hearth_event_replay?
    let user: UnsafeMutableRawPointer?

    /// How many bytes a payload may have.
    static let payloadLimit = 256 * 1024
    /// How many bytes a key may have.
    static let keyLimit = 200

    /// `habit.completed/1`
    static func isName(_ text: String) -> Bool {
        text.utf8.count <= 100 && text.wholeMatch(of: #/[a-z][a-z0-9_.\-]*\/[1-9][0-9]{0,4}/#) != nil
    }
}

/// An event on its way to subscribers.
struct PublishedEvent: Sendable {
    let name: String
    let key: String
    /// JSON text.
    let payload: String
    /// 0 when it is replayed.
    let id: Int64
    let publishedAt: Int64
    var isReplayed: Bool { id == 0 }
}

/// The `hearth_event` of an event with its texts, in one place that lives as long as the delivery.
///
/// `@unchecked Sendable`: the struct is written before the handler is called, and by nobody else.
final class EventMemory: @unchecked Sendable {
    let event: UnsafeMutablePointer<hearth_event>
    private let texts: [ForeignText]

    init(_ published: PublishedEvent, attempt: Int) {
        let texts = [published.name, published.key, published.payload].map { ForeignText($0) }
        self.texts = texts
        event = .allocate(capacity: 1)
        event.initialize(
            to: hearth_event(
                size: UInt32(MemoryLayout<hearth_event>.size), flags: published.isReplayed ? 1 : 0, context: 0,
                name: texts[0].string, key: texts[1].string,
                payload: hearth_bytes(
                    data: UnsafeRawPointer(texts[2].string.data)?.assumingMemoryBound(to: UInt8.self),
                    length: texts[2].string.length),
                id: published.id, published_at: published.publishedAt, attempt: UInt32(clamping: attempt), reserved: 0))
    }

    deinit { event.deallocate() }
}
