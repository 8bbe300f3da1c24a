import HearthKit

extension Routes {
    private static let broadcastID = PathParameter<UUID>("broadcast_id", "The broadcast.")

    /// Adds the routes by which administrators tell all users something.
    func addBroadcasts() {
        route(
            .post, "/admin/notifications/broadcast", "Tell all users", body: BroadcastCreate.self, status: 202,
            options: RouteOptions(
                docs: """
                    Users are told in the background, each as he prefers. The same `key` is the same broadcast: again, it answers how \
                    far that has come.
                    """)
        ) { request in
            try await request.context.broadcast(request.body.notice)
        }
        route(
            .get, "/admin/notifications/broadcast/\(Self.broadcastID)", "Show how far a broadcast has come",
            options: RouteOptions(failures: [.broadcastNotFound])
        ) { request in
            let id = try request[Self.broadcastID]
            let found: Broadcast? = try await request.context.first(Broadcast.one(id))
            guard let found else { throw Failure.broadcastNotFound }
            return found
        }
    }
}

/// What all users are to be told.
struct BroadcastCreate: Input {
    var notice = Notice(kind: "broadcast")

    static let schema = Schema<BroadcastCreate>("NotificationBroadcastCreate") {
        Field("kind", \.notice.kind, .notificationKind)
        Field("title", \.notice.title, .required)
        Field("body", \.notice.body, .required)
        Field("data", \.notice.data, .docs("For programs; at most 16 KiB."))
        Field("key", \.notice.key, .length(1...200), .docs("The same key means the same broadcast."))
    }
}

extension Failure {
    fileprivate static let broadcastNotFound = notFound("Broadcast not found")
}
