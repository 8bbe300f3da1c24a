import CHearth
import HearthDatabase

/// Publishes events: counts them, asks those who may veto, and leaves the rest to the outbox, all in one transaction.
struct EventPublisher: Sendable {
    let services: HostServices

    /// Publishes an event in a transaction.
    ///
    /// - Parameter context: the publisher's, in the transaction
    /// - Returns: the id of the event
    /// - Throws: what makes the transaction rollback-only
    func publish(_ name: String, key: String, payload: String, on context: CallContext) async throws(ForeignError) -> Int64 {
        guard let transaction = context.transaction else { throw ForeignError(Status.failed, "there is no transaction") }
        do {
            let (id, durable) = try await Self.count(name, key, in: transaction)
            let event = PublishedEvent(name: name, key: key, payload: payload, id: id, publishedAt: services.clock.now)
            for subscriber in services.events.consenting(to: name) { try await subscriber.consent(to: event, on: context) }
            if !durable.isEmpty, let outbox = services.outbox {
                try await outbox.keep([event], for: durable, in: transaction)
                context.afterCommit { outbox.ring(durable) }
            }
            return event.id
        } catch let error as DatabaseError {
            throw ForeignError(error)
        } catch let error as ForeignError {
            throw error
        } catch {
            throw ForeignError(Status.failed, "\(error)")
        }
    }

    /// Counts an event, and finds out who is told of it after the commit. The row of the key is locked until the transaction
    /// ends: who comes later gets a higher number and commits later.
    private static func count(
        _ name: String, _ key: String, in transaction: any DatabaseTransaction
    ) async throws(DatabaseError) -> (id: Int64, subscribers: [String]) {
        let results = try await transaction.batch(
            [
                Statement(
                    """
                    INSERT INTO hearth_event_keys (event, key, last_id) VALUES ($1, $2, 1)
                    ON CONFLICT (event, key) DO UPDATE SET last_id = hearth_event_keys.last_id + 1 RETURNING last_id
                    """, [.text(name), .text(key)], columns: [DatabaseType.integer]),
                Statement(
                    """
                    SELECT id FROM hearth_event_subscribers WHERE event = $1 AND (only_key IS NULL OR only_key = $2) ORDER BY id
                    """, [.text(name), .text(key)],
                    columns: [DatabaseType.text]),
            ], scope: .host)
        return (results[0].integer(0, 0) ?? 0, (0..<results[1].rowCount).compactMap { results[1].text($0, 0) })
    }

    /// Publishes an event in a transaction of its own.
    ///
    /// - Parameter context: the publisher's, without a transaction and reserved for one
    /// - Returns: the id of the event
    /// - Throws: why it has not been published
    func publishAlone(_ name: String, key: String, payload: String, on parent: CallContext) async throws(ForeignError) -> Int64 {
        let holder: TransactionHolder
        do {
            holder = TransactionHolder(transaction: try await begin(on: parent))
        } catch {
            parent.endTransaction()
            throw ForeignError(error)
        }
        let context = CallContext(
            plugin: parent.plugin, purpose: .transaction(holder), parent: parent, requestID: parent.requestID,
            actor: parent.actor,
            deadline: parent.deadline, transaction: holder.transaction, depth: parent.depth)
        services.contexts.open(context)
        // Looked at only now: whoever ends the parent from here on finds this context and undoes it.
        if services.contexts[parent.handle] !== parent, services.contexts.close(context) { services.undo(context, holder) }
        let id: Int64
        do {
            id = try await publish(name, key: key, payload: payload, on: context)
        } catch {
            if services.contexts.close(context) {
                await withUnsafeContinuation { continuation in
                    services.undo(context, holder) { _ in continuation.resume() }
                }
            }
            throw error
        }
        guard services.contexts.close(context) else { throw ForeignError(Status.stale, "the context is over") }
        let result = await withUnsafeContinuation { continuation in
            holder.transaction.commit { continuation.resume(returning: $0) }
        }
        parent.endTransaction()
        guard case .failure(let error) = result else {
            for action in holder.takeActions() { action() }
            return id
        }
        throw ForeignError(error)
    }

    private func begin(on parent: CallContext) async throws(DatabaseError) -> any DatabaseTransaction {
        let result = await withUnsafeContinuation {
            (continuation: UnsafeContinuation<Result<any DatabaseTransaction, DatabaseError>, Never>) in
            parent.note(
                services.database.begin(TransactionOptions(scope: parent.plugin.scope), deadline: parent.deadline) {
                    continuation.resume(returning: $0)
                })
        }
        return try result.get()
    }
}

/// Where events wait for those who are told after the commit.
protocol EventOutbox: Sendable {
    /// Keeps events for subscribers, as part of a transaction.
    func keep(
        _ events: [PublishedEvent], for subscribers: [String], in transaction: any DatabaseTransaction)
        async throws(DatabaseError)

    /// Something was committed for these subscribers.
    func ring(_ subscribers: [String])
}
