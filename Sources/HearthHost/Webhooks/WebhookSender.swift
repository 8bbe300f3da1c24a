import HearthClient
import HearthConfiguration
import HearthDatabase
import HearthJSON
import HearthJobs
import HearthThreads
import Logging
import NIOCore

/// Tells other servers of events.
struct WebhookSender: Sendable {
    private let store: WebhookStore
    private let client: OutboundClient
    private let caller: OutboundClient.Caller
    private let now: @Sendable () -> Int64
    private let ids: UUIDGenerator
    private let logger: Logger

    /// The queue of all webhooks.
    static let queue = "webhooks"
    /// How long a receiver may take.
    private static let timeout = Duration.seconds(10)

    /// - Parameters:
    ///   - services: the database, the client, the clock
    ///   - privateNetworks: networks that are not public and may be called all the same
    init(_ services: HostServices, privateNetworks: [String]) {
        store = WebhookStore(database: services.database)
        client = services.client
        caller = Self.caller(privateNetworks: privateNetworks)
        let clock = services.clock
        now = { clock.now }
        ids = services.identifiers
        logger = services.logger
    }

    /// Whom webhooks may lead to: any public server, over plain HTTP too, since what is sent is signed.
    ///
    /// - Parameter privateNetworks: networks that are not public and may be called all the same
    static func caller(privateNetworks: [String]) -> OutboundClient.Caller {
        OutboundClient.Caller(
            owner: queue, grant: ClientGrant(hosts: ["*:*", "http://*:*"], privateNetworks: privateNetworks),
            networksSetting: "WEBHOOK_PRIVATE_NETWORKS")
    }

    /// Why a webhook cannot be called, for its owner. A user is not told which address a name has: outsiders would learn how names
    /// inside the operator's network resolve.
    static func reason(_ error: ClientError, isOperators: Bool) -> String {
        error.code == ClientError.privateAddress && !isOperators ? "its address is not public" : error.message
    }

    /// What tells a webhook.
    static let kind = JobKind(
        "webhooks.deliver", queue: queue, timeout: timeout + .seconds(5),
        retry: .exponential(first: .seconds(15), cap: .seconds(6 * 3600), retries: 12, jitter: 0.1))

    /// Carries a delivery out.
    func deliver(_ job: ClaimedJob) async -> JobOutcome {
        guard let delivery = EventJobs.Delivery(job.payload), let id = Webhook.id(ofSubscriber: delivery.subscriber) else {
            return .failed(JobFailure("the payload is not a delivery", isFinal: true))
        }
        do throws(DatabaseError) {
            guard let webhook = try await store.webhook(id), webhook.isEnabled else {
                return .cancelled(reason: "the webhook is gone or disabled")
            }
            let (status, failure) = await send(delivery.event, job: job.id, to: webhook)
            let attempt = WebhookStore.Attempt(
                event: delivery.event.name, key: delivery.event.key, number: delivery.event.id, attempt: job.failures + 1,
                status: status, error: failure.map { Self.reason($0, isOperators: webhook.userID == nil) }, at: now())
            try await store.note(attempt, id: ids.next(), of: webhook, isGone: status == 410)
            guard let failure else { return .completed }
            if status == 410 { return .cancelled(reason: failure.message) }
            // It is as private the next time.
            let isFinal = failure.code == ClientError.privateAddress
            if isFinal {
                logger.warning(
                    "A webhook leads to an address that is not public",
                    metadata: ["webhook": "\(webhook.id)", "reason": "\(failure.message)"])
            }
            return .failed(JobFailure(failure.message, isFinal: isFinal))
        } catch {
            return .failed(JobFailure(error.message))
        }
    }

    private func send(
        _ event: PublishedEvent, job: DatabaseUUID, to webhook: Webhook
    ) async -> (status: Int?, error: ClientError?) {
        let payload = (try? JSONValue(parsing: event.payload)) ?? .null
        let body: JSONValue = [
            "id": .string("\(job)"), "event": .string(event.name), "key": .string(event.key), "number": .integer(event.id),
            "published_at": Webhook.time(event.publishedAt), "payload": payload,
        ]
        let text = body.text
        var request = ClientRequest(
            "POST", webhook.url,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "Hearth"), ("Hearth-Event", event.name),
                ("Hearth-Delivery", "\(job)"),
                ("Hearth-Signature", webhook.signature(of: text, at: now() / 1_000_000)),
            ], body: .bytes(ByteBuffer(string: text)))
        request.timeout = Self.timeout
        // The job tries again, and a redirect could lead to where nobody has agreed to.
        request.attempts = 1
        request.followsRedirects = false
        request.responseLimit = 1 << 16
        do throws(ClientError) {
            let (response, _) = try await client.send(request, for: caller, until: .after(Self.timeout))
            let isTaken = (200..<300).contains(response.status)
            return (response.status, isTaken ? nil : ClientError(.failed, "the receiver has answered \(response.status)"))
        } catch {
            return (nil, error)
        }
    }
}
