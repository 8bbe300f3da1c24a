import HTTPTypes
import HearthClient
import HearthDatabase
import HearthHTTP
import HearthJSON
import NIOCore

/// The routes by which users and operators manage their webhooks.
struct WebhookRoutes: Sendable {
    private let store: WebhookStore
    private let services: HostServices
    private let caller: OutboundClient.Caller

    /// - Parameters:
    ///   - services: the database, the events, the clock
    ///   - privateNetworks: networks that are not public and to which webhooks may lead all the same
    init(_ services: HostServices, privateNetworks: [String]) {
        store = WebhookStore(database: services.database)
        caller = WebhookSender.caller(privateNetworks: privateNetworks)
        self.services = services
    }

    /// Schemas by the names under which the routes refer to them.
    static let components: [String: JSONValue] = [
        "Webhook": [
            "type": "object",
            "required": ["id", "url", "events", "is_enabled", "failures", "disabled_reason", "created_at"],
            "properties": [
                "id": ["type": "string", "format": "uuid"], "url": ["type": "string"],
                "events": ["type": "array", "items": ["type": "string"]], "is_enabled": ["type": "boolean"],
                "failures": ["type": "integer", "minimum": 0, "description": "Deliveries in a row that have failed."],
                "disabled_reason": ["type": ["string", "null"], "description": "Why the host has disabled it."],
                "created_at": ["type": "string", "format": "date-time"],
                "secret": ["type": "string", "description": "What deliveries are signed with. Shown once, when it is made."],
            ],
        ],
        "WebhookAttempt": [
            "type": "object", "required": ["event", "key", "number", "attempt", "status", "error", "at"],
            "properties": [
                "event": ["type": "string"], "key": ["type": "string"], "number": ["type": "integer"],
                "attempt": ["type": "integer", "minimum": 1],
                "status": ["type": ["integer", "null"], "description": "What the receiver has answered."],
                "error": ["type": ["string", "null"], "description": "Null when the receiver has taken the event."],
                "at": ["type": "string", "format": "date-time"],
            ],
        ],
    ]

    private static let members: JSONValue = [
        "url": ["type": "string", "pattern": "^https?://", "maxLength": 2000, "description": "Where events are sent."],
        "events": [
            "type": "array", "minItems": 1, "maxItems": 50, "uniqueItems": true,
            "items": ["type": "string", "maxLength": 100], "description": "Such as `habit.completed/1`.",
        ],
        "is_enabled": ["type": "boolean"],
    ]

    /// All of them, for the dispatcher.
    var routes: [Route] {
        routes("/users/me/webhooks", .user, isOperators: false) + routes("/admin/webhooks", .admin, isOperators: true)
    }

    private func routes(_ path: String, _ access: Access, isOperators: Bool) -> [Route] {
        let id: JSONValue = [
            "name": "webhook_id", "in": "path", "required": true, "schema": ["type": "string", "format": "uuid"],
        ]
        let one: JSONValue = ["$ref": "#/components/schemas/Webhook"]
        @Sendable func owner(_ request: RoutedRequest) -> DatabaseUUID? { isOperators ? nil : request.actor?.userID }
        func route(
            _ method: HTTPRequest.Method, _ rest: String, _ summary: String, status: Int, answer: JSONValue?,
            body: [String]? = nil,
            _ serve: @escaping @Sendable (RoutedRequest) async throws -> ServerResponse
        ) -> Route {
            var response: JSONObject = ["description": .string(summary)]
            if let answer { response["content"] = ["application/json": ["schema": answer]] }
            var responses: JSONObject = ["\(status)": .object(response)]
            if rest.hasPrefix("/{") { responses["404"] = ["description": "`Webhook not found`"] }
            if body != nil {
                responses["400"] = [
                    "description": .string(
                        "There is no such event, the URL cannot be called, or there are \(Webhook.limit) webhooks already")
                ]
            }
            var operation: JSONObject = [
                "summary": .string(summary), "tags": ["webhooks"], "responses": .object(responses),
            ]
            if rest.hasPrefix("/{") { operation["parameters"] = [id] }
            if let body {
                operation["requestBody"] = [
                    "required": true,
                    "content": [
                        "application/json": [
                            "schema": [
                                "type": "object", "required": .array(body.map { .string($0) }), "properties": Self.members,
                                "additionalProperties": false,
                            ]
                        ]
                    ],
                ]
            }
            return Route(
                method: method, paths: [path + rest], access: access, operation: JSONValue.object(operation).text,
                handler: HostHandler(serve))
        }
        return [
            route(.get, "", "List the webhooks", status: 200, answer: ["type": "array", "items": one]) { request in
                Self.answer(.array(try await store.all(of: owner(request)).map { $0.json() }))
            },
            route(.post, "", "Add a webhook", status: 201, answer: one, body: ["url", "events"]) { request in
                try await add(request, owner(request))
            },
            route(.put, "/{webhook_id}", "Change a webhook", status: 200, answer: one, body: []) { request in
                try await change(request, owner(request))
            },
            route(.delete, "/{webhook_id}", "Remove a webhook", status: 204, answer: nil) { request in
                try await store.remove(try await find(request, owner(request)).id)
                return ServerResponse(status: .noContent)
            },
            route(
                .get, "/{webhook_id}/deliveries", "List the last attempts to deliver, the latest first", status: 200,
                answer: ["type": "array", "items": ["$ref": "#/components/schemas/WebhookAttempt"]]
            ) { request in
                let attempts = try await store.attempts(of: try await find(request, owner(request)).id)
                return Self.answer(.array(attempts.map(Self.json)))
            },
        ]
    }

    private func find(_ request: RoutedRequest, _ owner: DatabaseUUID?) async throws -> Webhook {
        guard let id = request.pathValues.first.flatMap({ DatabaseUUID($0) }), let webhook = try await store.webhook(id),
            webhook.userID == owner
        else { throw HTTPError(.notFound, "Webhook not found") }
        return webhook
    }

    private func add(_ request: RoutedRequest, _ owner: DatabaseUUID?) async throws -> ServerResponse {
        var bytes = [UInt8](repeating: 0, count: 32)
        var random = SystemRandomNumberGenerator()
        for index in bytes.indices { bytes[index] = .random(in: 0...255, using: &random) }
        var webhook = Webhook(
            id: services.identifiers.next(), userID: owner, url: "", events: [], secret: Webhook.hexadecimal(bytes),
            isEnabled: true,
            failures: 0, disabledReason: nil, createdAt: services.clock.now)
        try apply(try Accounts.body(of: request), to: &webhook)
        guard try await store.add(webhook) else {
            throw HTTPError(.badRequest, "There are \(Webhook.limit) webhooks already")
        }
        return Self.answer(webhook.json(withSecret: true), status: .created)
    }

    private func change(_ request: RoutedRequest, _ owner: DatabaseUUID?) async throws -> ServerResponse {
        let before = try await find(request, owner)
        var webhook = before
        try apply(try Accounts.body(of: request), to: &webhook)
        // Whoever has mended it need not wait until an earlier event's next try, behind which the later ones of its key wait.
        let isMended = webhook.isEnabled && (!before.isEnabled || webhook.url != before.url)
        try await store.save(webhook, hastening: isMended ? services.jobs.store : nil)
        return Self.answer(webhook.json())
    }

    private func apply(_ body: JSONObject, to webhook: inout Webhook) throws {
        if case .string(let url)? = body["url"] {
            do throws(ClientError) {
                let parsed = try ClientURL(url)
                try caller.check(parsed)
                webhook.url = parsed.text
            } catch {
                let reason = WebhookSender.reason(error, isOperators: webhook.userID == nil)
                throw HTTPError(.badRequest, "The URL cannot be called: \(reason)")
            }
        }
        if case .array(let names)? = body["events"] {
            webhook.events = names.compactMap { if case .string(let name) = $0 { name } else { nil } }
            for name in webhook.events where services.events[name] == nil {
                throw HTTPError(.badRequest, "There is no event \(name)")
            }
        }
        if case .boolean(let isEnabled)? = body["is_enabled"] {
            webhook.isEnabled = isEnabled
            if isEnabled { (webhook.failures, webhook.disabledReason) = (0, nil) }
        }
    }

    private static func json(_ attempt: WebhookStore.Attempt) -> JSONValue {
        [
            "event": .string(attempt.event), "key": .string(attempt.key), "number": .integer(attempt.number),
            "attempt": .integer(Int64(attempt.attempt)), "status": attempt.status.map { .integer(Int64($0)) } ?? .null,
            "error": attempt.error.map { .string($0) } ?? .null, "at": Webhook.time(attempt.at),
        ]
    }

    private static func answer(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> ServerResponse {
        .json(ByteBuffer(string: value.text), status: status)
    }
}
