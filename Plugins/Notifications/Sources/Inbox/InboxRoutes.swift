import HearthKit

extension Routes {
    private static let notificationID = PathParameter<UUID>("notification_id", "The notification.")

    /// Adds the routes of a user's own inbox.
    func addInbox() {
        route(
            .get, "/notifications", "List notifications", query: InboxQuery.self,
            options: RouteOptions(docs: "The latest first. `next` of a page is `before` of the one after it.")
        ) { request in
            let limit = request.query.limit
            let (found, unread) = try await request.context.query(
                Notification.page(of: request.user.id, request.query, limit: limit + 1).rows(Notification.self),
                Notification.unread(of: request.user.id).rows(Int.self))
            let page = Array(found.prefix(limit))
            return Inbox(notifications: page, next: found.count > limit ? page.last?.id : nil, unread: unread.first ?? 0)
        }
        route(.get, "/notifications/unread-count", "Count unread notifications") { request in
            Unread(count: try await request.context.first(Notification.unread(of: request.user.id)) ?? 0)
        }
        route(.post, "/notifications/read-all", "Mark all notifications as read") { request in
            let (context, user) = (request.context, try request.user.id)
            return try await context.transaction { transaction in
                let count = try await transaction.execute(Notification.readingAll(of: user, at: transaction.now))
                if count > 0 { transaction.tell(user, .read, InboxChange(id: nil)) }
                return ReadAll(count: count)
            }
        }
        route(
            .get, "/notifications/\(Self.notificationID)", "Show a notification",
            options: RouteOptions(failures: [.notificationNotFound])
        ) { request in
            let id = try request[Self.notificationID]
            let found: Notification? = try await request.context.first(Notification.one(id, of: request.user.id))
            guard let found else { throw Failure.notificationNotFound }
            return found
        }
        route(
            .post, "/notifications/\(Self.notificationID)/read", "Mark a notification as read",
            options: RouteOptions(
                failures: [.notificationNotFound], docs: "Again, it changes nothing: `read_at` is when it was read first.")
        ) { request in
            let (context, user, id) = (request.context, try request.user.id, try request[Self.notificationID])
            return try await context.transaction { transaction in
                if let read: Notification = try await transaction.first(
                    Notification.reading(id, of: user, at: transaction.now))
                {
                    transaction.tell(user, .read, InboxChange(id: id))
                    return read
                }
                let before: Notification? = try await transaction.first(Notification.one(id, of: user))
                guard let before else { throw Failure.notificationNotFound }
                return before
            }
        }
        route(
            .delete, "/notifications/\(Self.notificationID)", "Remove a notification", status: 204,
            options: RouteOptions(failures: [.notificationNotFound])
        ) { request in
            let (context, user, id) = (request.context, try request.user.id, try request[Self.notificationID])
            try await context.transaction { transaction in
                guard try await transaction.execute(Notification.removal(id, of: user, at: transaction.now)) > 0 else {
                    throw Failure.notificationNotFound
                }
                transaction.tell(user, .deleted, InboxChange(id: id))
            }
            return Nothing()
        }
    }
}

extension Failure {
    fileprivate static let notificationNotFound = notFound("Notification not found")
}
