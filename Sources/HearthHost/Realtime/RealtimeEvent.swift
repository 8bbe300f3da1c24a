import HearthCache
import HearthHTTP
import HearthJSON
import NIOCore

/// An event on its way through the log of a topic: who has delivered it already, and the members that it adds to a frame.
struct RealtimeEvent: Sendable, Equatable {
    /// The host that has delivered it to its own clients, because the log could not be reached then.
    var deliveredBy: String?
    /// `"event":…,"data":…`: JSON text between braces that each host completes.
    var members: String

    /// Makes an event.
    ///
    /// - Parameters:
    ///   - name: what has happened
    ///   - data: JSON text
    init(_ name: String, data: String) {
        var json = JSONWriter(capacity: data.utf8.count + name.utf8.count + 32)
        json.beginObject()
        json.key("event")
        json.value(name)
        json.key("data")
        json.raw(data)
        json.endObject()
        members = json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
    }

    /// Reads an event from a log.
    init?(_ message: [UInt8]) {
        guard let end = message.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let host = String(decoding: message[..<end], as: UTF8.self)
        deliveredBy = host.isEmpty ? nil : host
        members = String(decoding: message[(end + 1)...], as: UTF8.self)
    }

    /// As it stands in a log.
    var message: [UInt8] { Array("\(deliveredBy ?? "") \(members)".utf8) }

    /// The frame for clients.
    ///
    /// - Parameter position: where it stands in the log; nil when it does not yet
    func frame(_ topic: Topic, _ position: LogPosition?) -> String {
        var head = JSONWriter(capacity: 128)
        head.beginObject()
        head.key("type")
        head.value("event")
        head.key("topic")
        head.value(topic.name)
        if let position {
            head.key("id")
            head.value(position.description)
        }
        head.endObject()
        return head.withBytes { String(decoding: $0.dropLast(), as: UTF8.self) } + ",\(members)}"
    }
}
