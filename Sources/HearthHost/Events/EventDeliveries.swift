import HearthDatabase
import HearthJSON
import HearthJobs
import Logging

/// Tells durable subscribers what has happened. What is to be told are jobs, one for each event and subscriber, in a queue of the
/// subscriber's own and in order for each key.
final class EventDeliveries: EventOutbox {
    private let jobs: JobRunner
    private let events: EventRegistry
    private let webhooks: WebhookSender
    /// How long after its first start a subscriber is told what happened before: by then each transaction that knew nothing of it is
    /// over. So nothing lies between what is replayed and what is published.
    private let replayDelay: Int64

    /// - Parameters:
    ///   - jobs: runs the deliveries
    ///   - events: who is to be told
    ///   - webhooks: tells those that are elsewhere
    ///   - transactionSeconds: how long a transaction may stay open
    init(jobs: JobRunner, events: EventRegistry, webhooks: WebhookSender, transactionSeconds: Int) {
        self.jobs = jobs
        self.events = events
        self.webhooks = webhooks
        replayDelay = Int64(transactionSeconds + 5) * 1_000_000
    }

    /// Begins to tell the subscribers whose plugins have started; new ones are told first what happened before.
    func start(now: Int64) async throws(DatabaseError) {
        for subscriber in events.durable {
            // What an owner knows that is not loaded now is told when it is.
            let hasPast = events[subscriber.event].map { $0.replay != nil } ?? true
            if try await remember(subscriber, now: now), hasPast {
                var job = EventJobs.replay(subscriber.id, of: subscriber.event)
                job.runAt = now + replayDelay
                _ = try await jobs.store.enqueue([job])
            }
            let kind = EventJobs.kind(subscriber.id, retries: subscriber.retries)
            jobs.open(
                kind.queue,
                handlers: [HandledKind(kind) { [self] run in await deliver(run.job) }])
        }
        jobs.open(
            WebhookSender.queue, handlers: [HandledKind(WebhookSender.kind) { [webhooks] run in await webhooks.deliver(run.job) }]
        )
        jobs.open(EventJobs.replays.queue, handlers: [HandledKind(EventJobs.replays) { [self] run in await replay(run.job) }])
    }

    /// - Returns: whether the subscriber is new
    private func remember(_ subscriber: EventSubscriber, now: Int64) async throws(DatabaseError) -> Bool {
        try await jobs.store.database.query(
            "INSERT INTO hearth_event_subscribers (id, event, since) VALUES ($1, $2, $3) ON CONFLICT (id, event) DO NOTHING",
            [.text(subscriber.id), .text(subscriber.event), .timestamp(now)], scope: .host
        ).affected == 1
    }

    func keep(
        _ events: [PublishedEvent], for subscribers: [String], in transaction: any DatabaseTransaction
    ) async throws(DatabaseError) {
        _ = try await jobs.store.enqueue(
            events.flatMap { event in subscribers.map { delivery(of: event, to: $0) } }, in: transaction)
    }

    func ring(_ subscribers: [String]) { jobs.store.bell.ring(Set(subscribers.map { EventJobs.queue(of: $0) })) }

    private func delivery(of event: PublishedEvent, to subscriber: String) -> NewJob {
        EventJobs.delivery(of: event, to: subscriber, retries: events.subscriber(subscriber)?.retries)
    }

    // MARK: Running

    private func deliver(_ job: ClaimedJob) async -> JobOutcome {
        guard let delivery = EventJobs.Delivery(job.payload) else {
            return .failed(JobFailure("the payload is not a delivery", isFinal: true))
        }
        // Its plugin is being stopped: the next host that has it tells it.
        guard let subscriber = events.subscriber(delivery.subscriber) else { return .snoozed(.seconds(1)) }
        do throws(ForeignError) {
            try await subscriber.deliver(delivery.event, attempt: job.failures + 1)
            return .completed
        } catch {
            let reason = error.code.isEmpty ? error.message : "\(error.code): \(error.message)"
            subscriber.plugin.logger.warning(
                "A subscriber failed",
                metadata: [
                    "subscriber": "\(subscriber.id)", "event": "\(delivery.event.name)", "attempt": "\(job.failures + 1)",
                    "last": "\(job.isLastTry)", "reason": "\(reason)",
                ])
            return .failed(JobFailure(reason))
        }
    }

    private func replay(_ job: ClaimedJob) async -> JobOutcome {
        guard let replay = EventJobs.Replay(job.payload) else {
            return .failed(JobFailure("the payload is not a replay", isFinal: true))
        }
        // Its owner is not loaded: what it knows is told when it is.
        guard let event = events[replay.event] else { return .snoozed(.seconds(60)) }
        do {
            let page = try await event.page(from: replay.cursor)
            var next = page.events.map { item in
                delivery(
                    of: PublishedEvent(
                        name: replay.event, key: item.key, payload: item.payload, id: 0, publishedAt: item.publishedAt),
                    to: replay.subscriber)
            }
            if !page.next.isEmpty { next.append(EventJobs.replay(replay.subscriber, of: replay.event, from: page.next)) }
            // All at once: a page is told as a whole and followed by the next one, or asked for again.
            _ = try await jobs.store.enqueue(next)
            return .completed
        } catch let error as ForeignError {
            return .failed(JobFailure(error.message))
        } catch {
            return .failed(JobFailure("\(error)"))
        }
    }
}
