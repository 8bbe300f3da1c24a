import HearthDatabase
import HearthJSON
import HearthJobs

/// The jobs behind events, and what is written in them.
enum EventJobs {
    /// Asks the owner of an event for what happened before, a page a job.
    static let replays = JobKind("events.replay", retry: .exponential(first: .seconds(15), cap: .seconds(3600), retries: 19))

    /// The queue of a subscriber, such as `events.stats.totals`.
    static func queue(of subscriber: String) -> String {
        subscriber.hasPrefix(Webhook.prefix) ? WebhookSender.queue : "events.\(subscriber.replacing("/", with: "."))"
    }

    /// What tells a subscriber.
    static func kind(_ subscriber: String, retries: Int) -> JobKind {
        JobKind(
            queue(of: subscriber), timeout: EventSubscriber.timeout + .seconds(5),
            retry: .exponential(first: .seconds(15), cap: .seconds(6 * 3600), retries: retries, jitter: 0.1))
    }

    /// Tells a subscriber of an event.
    ///
    /// - Parameter retries: nil while its plugin is not loaded
    static func delivery(of event: PublishedEvent, to subscriber: String, retries: Int?) -> NewJob {
        var json = JSONWriter(capacity: event.payload.utf8.count + 200)
        json.beginObject()
        json.key("subscriber")
        json.value(subscriber)
        json.key("event")
        json.value(event.name)
        json.key("key")
        json.value(event.key)
        json.key("id")
        json.value(event.id)
        json.key("published_at")
        json.value(event.publishedAt)
        json.key("payload")
        json.raw(event.payload)
        json.endObject()
        let kind = subscriber.hasPrefix(Webhook.prefix) ? WebhookSender.kind : EventJobs.kind(subscriber, retries: retries ?? 19)
        var job = NewJob(kind, payload: json.withBytes { String(decoding: $0, as: UTF8.self) })
        job.serialKey = "\(subscriber) \(event.name) \(event.key)"
        return job
    }

    /// Tells a subscriber what happened before.
    static func replay(_ subscriber: String, of event: String, from cursor: String = "") -> NewJob {
        let payload: JSONValue = ["subscriber": .string(subscriber), "event": .string(event), "cursor": .string(cursor)]
        return NewJob(replays, payload: payload.text)
    }

    /// What ``delivery(of:to:retries:)`` has written.
    struct Delivery: Sendable {
        let subscriber: String
        let event: PublishedEvent

        init?(_ text: String) {
            guard case .object(let object)? = try? JSONValue(parsing: text), case .string(let subscriber)? = object["subscriber"],
                case .string(let name)? = object["event"], case .string(let key)? = object["key"],
                case .integer(let id)? = object["id"], case .integer(let at)? = object["published_at"],
                let payload = object["payload"]
            else { return nil }
            self.subscriber = subscriber
            event = PublishedEvent(name: name, key: key, payload: payload.text, id: id, publishedAt: at)
        }
    }

    /// What ``replay(_:of:from:)`` has written.
    struct Replay: Sendable {
        let subscriber: String
        let event: String
        let cursor: String

        init?(_ text: String) {
            guard case .object(let object)? = try? JSONValue(parsing: text), case .string(let subscriber)? = object["subscriber"],
                case .string(let event)? = object["event"], case .string(let cursor)? = object["cursor"]
            else { return nil }
            self.subscriber = subscriber
            self.event = event
            self.cursor = cursor
        }
    }
}
