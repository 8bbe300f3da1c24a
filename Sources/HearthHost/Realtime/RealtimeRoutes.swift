import HTTPTypes
import HearthCache
import HearthHTTP
import NIOCore

/// `GET /api/ws` and, for clients that cannot, `GET /api/events/stream`.
enum RealtimeRoutes {
    /// The sub-protocol of `/api/ws`: what docs/realtime.md describes.
    static let subprotocol = "hearth.realtime.v1"

    static func routes(_ hub: RealtimeHub, clock: any HostClock) -> [Route] {
        [
            Route(
                method: .get, paths: ["/ws"], access: .user, takesTokenOfBrowsers: true, operation: socket,
                handler: HostHandler { request in
                    guard let actor = request.actor else { throw HTTPError.unauthorized() }
                    return ServerResponse(
                        status: .switchingProtocols,
                        body: .webSocket(
                            WebSocketUpgrade(protocols: [subprotocol]) { RealtimeSocket(actor, $0, hub: hub, clock: clock) }))
                }),
            Route(
                method: .get, paths: ["/events/stream"], access: .user, takesTokenOfBrowsers: true, operation: stream,
                handler: HostHandler { try await answer($0, hub) }),
        ]
    }

    private static func answer(_ request: RoutedRequest, _ hub: RealtimeHub) async throws -> ServerResponse {
        guard let actor = request.actor else { throw HTTPError.unauthorized() }
        var names = request.query.filter { $0.name == "topic" }.map(\.value)
        if names.isEmpty { names = ["user", "all"] }
        var topics: [Topic] = []
        for name in names {
            guard let topic = Topic(name, of: actor.userID) else { throw HTTPError(.notFound, "There is no such topic") }
            if let refusal = await hub.refusal(of: topic, for: actor) {
                throw HTTPError(refusal.code == "unknown_topic" ? .notFound : .forbidden, refusal.message)
            }
            topics.append(topic)
        }
        let id = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        let since = id.map(EventStream.positions)
        let wanted = topics
        return ServerResponse(
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: .stream(length: nil) { response in
                let stream = EventStream()
                let client = RealtimeClient(actor, .stream(stream))
                hub.connected(client)
                defer { hub.disconnected(client) }
                try await withTaskCancellationHandler {
                    try await response.write(ByteBuffer(string: "retry: 3000\n\n"))
                    for topic in wanted {
                        // Who comes back with an id that says nothing of a topic is told that something is missing.
                        await hub.join(topic, client, since: since.map { $0[topic.name] ?? .unknown }) { end, isMissing in
                            RealtimeFrames.subscribed(topic, end, isMissing: isMissing, ref: nil)
                        }
                    }
                    while let piece = await stream.next() { try await response.write(piece) }
                } onCancel: {
                    stream.end()
                }
            })
    }

    private static let socket = """
        {"summary": "Events over WebSocket", "tags": ["realtime"],
         "description": "The token stands in the header Authorization, in the sub-protocol `bearer.TOKEN` beside `\(subprotocol)`, or in the query. docs/realtime.md describes the messages.",
         "parameters": [{"name": "access_token", "in": "query", "schema": {"type": "string"}}],
         "responses": {"101": {"description": "The connection is a WebSocket"},
            "426": {"description": "The request asks for no WebSocket"}}}
        """

    private static let stream = """
        {"summary": "Events as server-sent events", "tags": ["realtime"],
         "description": "Each event has an id, with which a client that comes back in Last-Event-ID is given what it missed. docs/realtime.md describes the events.",
         "parameters": [{"name": "topic", "in": "query", "description": "May be repeated; without it user and all", "schema": {"type": "array", "items": {"type": "string"}, "maxItems": \(RealtimeHub.subscriptionLimit)}},
            {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}},
            {"name": "access_token", "in": "query", "schema": {"type": "string"}}],
         "responses": {"200": {"description": "A stream that ends when somebody ends it", "content": {"text/event-stream": {}}},
            "403": {"description": "A topic may not be listened to"},
            "404": {"description": "There is no such topic"}}}
        """
}
