import HearthCache
import HearthJSON

/// What the host says to clients of `/api/ws`, beside events; docs/realtime.md lists it.
enum RealtimeFrames {
    /// The first frame.
    static func welcome(_ user: String) -> String {
        object("welcome") { json in
            json.key("user")
            json.value(user)
            json.key("protocol")
            json.value(RealtimeRoutes.subprotocol)
        }
    }

    /// A topic is listened to.
    static func subscribed(_ topic: Topic, _ end: LogPosition?, isMissing: Bool, ref: JSONValue?) -> String {
        object("subscribed", ref) { json in
            json.key("topic")
            json.value(topic.name)
            json.key("id")
            if let end { json.value(end.description) } else { json.null() }
            json.key("gap")
            json.value(isMissing)
        }
    }

    /// A topic is not listened to any more.
    static func unsubscribed(_ topic: String, ref: JSONValue?) -> String {
        object("unsubscribed", ref) { json in
            json.key("topic")
            json.value(topic)
        }
    }

    /// Events of a topic may have been missed.
    static func gap(_ topic: Topic) -> String {
        object("gap") { json in
            json.key("topic")
            json.value(topic.name)
        }
    }

    /// The answer to a ping.
    static func pong(ref: JSONValue?) -> String { object("pong", ref) { _ in } }

    /// A request was not served.
    static func error(_ code: String, _ message: String, topic: String? = nil, ref: JSONValue? = nil) -> String {
        object("error", ref) { json in
            json.key("code")
            json.value(code)
            json.key("message")
            json.value(message)
            if let topic {
                json.key("topic")
                json.value(topic)
            }
        }
    }

    private static func object(_ type: String, _ ref: JSONValue? = nil, _ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter(capacity: 128)
        json.beginObject()
        json.key("type")
        json.value(type)
        body(&json)
        if let ref {
            json.key("ref")
            ref.write(to: &json)
        }
        json.endObject()
        return json.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
