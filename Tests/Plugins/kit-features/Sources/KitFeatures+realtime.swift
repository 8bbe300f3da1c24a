import HearthKit

extension KitFeatures {
    /// Topics, and routes that publish to them.
    static func addEvents(to setup: Setup) {
        setup.topics { context, topic, user in
            switch topic {
            case _ where topic.hasPrefix("open"): return true
            case "secret": throw Failure(403, "This is a secret")
            case "broken": throw Failure(500, String(try await context.cache.increment("asked")))
            // Asked on behalf of him who wants to listen.
            default: return topic == "of:\(try context.info().actor?.id ?? context.makeID())"
            }
        }
        let routes = setup.routes(tag: "kit-features", access: .user)
        routes.route(.post, "/kit-features/events", "Publish", body: Publication.self, status: 204) { request in
            let (event, user) = (request.body, try request.user.id)
            let audience: Realtime.Audience =
                switch event.audience {
                case "all": .all
                case "user": .user(user)
                default: .topic(event.audience)
                }
            do {
                try await request.context.transaction { transaction in
                    try transaction.realtime.publish(
                        "note", Notice(text: String(repeating: event.text, count: event.times)), to: audience)
                    if !event.isCommitted { throw Failure(409, "rolled back") }
                }
            } catch let failure as Failure where failure.status == 409 {}
            return Nothing()
        }
        routes.route(.get, "/kit-features/present", "Tell who is there", query: Place.self) { request in
            let realtime = request.context.realtime
            let present = try await realtime.present(in: request.query.topic)
            return Presence(users: present, isOnline: try await realtime.isOnline(try request.user.id))
        }
    }

    /// Paths over WebSocket.
    static func addSockets(to setup: Setup) {
        setup.socket(
            "/kit-features/echo", "Say it again", access: .everybody, protocols: ["echo.v1"], messageLimit: 1 << 20,
            queueLimit: 4 << 20
        ) { socket in
            for await message in socket.messages {
                if message.isText { try await socket.send(message.text) } else { try await socket.send(message.bytes) }
            }
        }
        let room = PathParameter<Int>("room")
        setup.socket("/kit-features/rooms/\(room)", "Do as told") { socket in
            let number = try socket[room]
            let user = socket.actor?.id.description ?? "nobody"
            let sum: Int? = try await socket.context.first("SELECT 40 + \(number)")
            try await socket.send("room \(sum ?? 0) \(user) \(socket.query)")
            for await message in socket.messages {
                switch message.text {
                case "return": return
                case "throw": throw Failure(400, "as told")
                case "close": try socket.close(4000 + number, "as told")
                default: try await socket.send(message.text)
                }
            }
        }
    }
}

/// An event to publish.
struct Publication: Input {
    var audience = "user"
    var text = ""
    var times = 1
    var isCommitted = true

    static let schema = Schema<Publication>("Publication") {
        Field("audience", \.audience)
        Field("text", \.text)
        Field("times", \.times, .range(1...60_000))
        Field("commit", \.isCommitted)
    }
}

/// What an event says.
struct Notice: Output {
    let text: String

    static let schema = Schema<Notice>("Notice") { Field("text") { $0.text } }
}

/// Where to look.
struct Place: Input {
    var topic = "open"

    static let schema = Schema<Place>("Place") { Field("topic", \.topic) }
}

/// Who is there.
struct Presence: Output {
    let users: [UUID]
    let isOnline: Bool

    static let schema = Schema<Presence>("Presence") {
        Field("users") { $0.users }
        Field("online") { $0.isOnline }
    }
}
