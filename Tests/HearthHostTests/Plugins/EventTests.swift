import HearthDatabase
import HearthJSON
import HearthJobs
import NIOCore
import Testing

@testable import HearthHTTP
@testable import HearthHost

/// Events from C: a plugin that publishes, and one that listens in the transaction and after the commit.
@Suite struct EventTests {
    private static let teller = PluginSource(
        id: "teller",
        code: """
            typedef struct telling {
                instance *self;
                hearth_context request, transaction;
                uint32_t mode, status;
                int64_t id;
                char name[40], key[40], payload[80], code[40];
            } telling;
            static void finish(telling *t)
            {
                answer(t->self, t->request, 200, "{\\"status\\": %u, \\"id\\": %d, \\"code\\": \\"%s\\"}", t->status, (int)t->id, t->code);
                free(t);
            }
            static void ended(void *user, const hearth_error *error)
            {
                telling *t = user;
                if (error != NULL && t->status == 0) t->status = 100 + error->status;
                finish(t);
            }
            static void published(void *user, const hearth_error *error, int64_t id)
            {
                telling *t = user;
                t->id = id;
                if (error != NULL) {
                    t->status = error->status;
                    snprintf(t->code, sizeof t->code, "%.*s", (int)error->code.length, error->code.data);
                }
                if (t->mode == 0) finish(t);
                else if (t->mode == 1) t->self->database->commit(t->self->host, t->transaction, ended, t);
                else t->self->database->rollback(t->self->host, t->transaction, ended, t);
            }
            static void tell(telling *t, hearth_context context)
            {
                hearth_status status = t->self->events->publish(t->self->host, context, text(t->name), text(t->key),
                    (hearth_bytes){(const uint8_t *)t->payload, strlen(t->payload)}, published, t);
                if (status == HEARTH_OK) return;
                t->status = 900 + status;
                if (t->mode == 0) finish(t);
                else t->self->database->rollback(t->self->host, t->transaction, ended, t);
            }
            static void begun(void *user, const hearth_error *error, hearth_context transaction)
            {
                telling *t = user;
                t->transaction = transaction;
                tell(t, transaction);
            }
            static hearth_outcome publish(void *user, const hearth_request *request)
            {
                telling *t = calloc(1, sizeof *t);
                t->self = user;
                t->request = request->context;
                t->mode = query_number(request, "mode", 0);
                hearth_string key = query_value(request, "key"), name = query_value(request, "name");
                snprintf(t->key, sizeof t->key, "%.*s", (int)key.length, key.data);
                snprintf(t->name, sizeof t->name, "%.*s", (int)name.length, name.data);
                if (name.length == 0) strcpy(t->name, "thing.told/1");
                snprintf(t->payload, sizeof t->payload, query_number(request, "wrong", 0) ? "{}" : "{\\"n\\":%u}", query_number(request, "n", 0));
                if (t->mode == 0) tell(t, request->context);
                else t->self->database->begin(t->self->host, request->context, NULL, begun, t);
                return HEARTH_HANDLER_PENDING;
            }
            static hearth_outcome replay(void *user, const hearth_replay_request *request)
            {
                /* Two pages with one event each. */
                instance *self = user;
                int is_first = request->cursor.length == 0;
                hearth_string page = is_first
                    ? text("[{\\"key\\": \\"past\\", \\"payload\\": {\\"n\\": 101}, \\"published_at\\": 5}]")
                    : text("[{\\"key\\": \\"past\\", \\"payload\\": {\\"n\\": 102}, \\"published_at\\": 6}]");
                self->events->answer_replay(self->host, request->context, NULL,
                    (hearth_bytes){(const uint8_t *)page.data, page.length}, is_first ? text("second") : text(""));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status set_up(instance *self)
            {
                hearth_event_type type = {.size = sizeof type, .name = text("thing.told/1"), .replay = replay, .user = self, .schema =
                    text("{\\"type\\": \\"object\\", \\"required\\": [\\"n\\"], \\"properties\\": {\\"n\\": {\\"type\\": \\"integer\\"}}}")};
                hearth_status status = self->events->declare(self->host, &type);
                return status == HEARTH_OK ? serve(self, "GET", "/teller/publish", publish, 0, 0) : status;
            }
            PLUGIN("teller")
            """, wants: ["core", "http", "database", "events"])

    private static let listener = PluginSource(
        id: "listener",
        code: """
            typedef struct notes { pthread_mutex_t lock; char text[8000]; int failures; } notes;
            typedef struct hearing { instance *self; hearth_context context; int n; } hearing;

            static int number(const hearth_event *event)
            {
                char payload[80];
                snprintf(payload, sizeof payload, "%.*s", (int)event->payload.length, (const char *)event->payload.data);
                return atoi(strchr(payload, ':') + 1);
            }
            static void write_down(instance *self, const char *who, const hearth_event *event)
            {
                notes *own = self->extra;
                pthread_mutex_lock(&own->lock);
                size_t length = strlen(own->text);
                snprintf(own->text + length, sizeof own->text - length, "%s%s %.*s %d:%d/%u", length > 0 ? ", " : "", who,
                    (int)event->key.length, event->key.data, (int)event->id, number(event), event->attempt);
                pthread_mutex_unlock(&own->lock);
            }
            static void inserted(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                hearing *h = user;
                hearth_error veto = {.size = sizeof veto, .status = HEARTH_FAILED, .code = text("unlucky"), .message = text("thirteen")};
                h->self->events->answer_event(h->self->host, h->context, error != NULL ? error : h->n == 13 ? &veto : NULL);
                free(h);
            }
            /* First: writes a row in the publisher's transaction, and vetoes thirteen after that. */
            static hearth_outcome hear_first(void *user, const hearth_event *event)
            {
                instance *self = user;
                write_down(self, "first", event);
                hearing *h = malloc(sizeof *h);
                *h = (hearing){self, event->context, number(event)};
                hearth_value n = {.type = HEARTH_INTEGER, .as.integer = h->n};
                hearth_statement statement = {.size = sizeof statement, .sql = text("INSERT INTO listener_heard (n) VALUES ($1)"),
                    .parameters = &n, .parameter_count = 1};
                return self->database->query(self->host, event->context, &statement, inserted, h) == HEARTH_OK
                    ? HEARTH_HANDLER_PENDING : HEARTH_HANDLER_FAILED;
            }
            static hearth_outcome hear_second(void *user, const hearth_event *event)
            {
                instance *self = user;
                write_down(self, "second", event);
                self->events->answer_event(self->host, event->context, NULL);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome hear_after(void *user, const hearth_event *event)
            {
                instance *self = user;
                write_down(self, "after", event);
                if (number(event) == 7 && event->attempt < 3) return HEARTH_HANDLER_FAILED;
                self->events->answer_event(self->host, event->context, NULL);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome hear_never(void *user, const hearth_event *event) { return HEARTH_HANDLER_FAILED; }
            static hearth_outcome read_notes(void *user, const hearth_request *request)
            {
                instance *self = user;
                notes *own = self->extra;
                pthread_mutex_lock(&own->lock);
                hearth_bytes words = {(const uint8_t *)own->text, strlen(own->text)};
                hearth_response response = {.size = sizeof response, .status = 200, .body = words};
                self->http->respond(self->host, request->context, &response);
                pthread_mutex_unlock(&own->lock);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status subscribe(instance *self, const char *name, uint32_t flags, int32_t order, hearth_event_handler handle)
            {
                hearth_subscription subscription = {.size = sizeof subscription, .flags = flags, .name = text(name),
                    .event = text("thing.told/1"), .order = order, .handle = handle, .user = self};
                return self->events->subscribe(self->host, &subscription);
            }
            static hearth_status set_up(instance *self)
            {
                notes *own = self->extra = calloc(1, sizeof(notes));
                pthread_mutex_init(&own->lock, NULL);
                /* Registered in the wrong order on purpose. */
                hearth_status status = subscribe(self, "second", HEARTH_SUBSCRIBE_IN_TRANSACTION, 2, hear_second);
                if (status == HEARTH_OK) status = subscribe(self, "first", HEARTH_SUBSCRIBE_IN_TRANSACTION, 1, hear_first);
                if (status == HEARTH_OK) status = subscribe(self, "after", 0, 0, hear_after);
                if (status == HEARTH_OK) status = subscribe(self, "never", 0, 0, hear_never);
                return status == HEARTH_OK ? serve(self, "GET", "/listener/notes", read_notes, 0, 0) : status;
            }
            PLUGIN("listener")
            """, wants: ["core", "http", "database", "events"],
        migration: "CREATE TABLE listener_heard (n integer PRIMARY KEY);")

    /// Runs a test on a host that tells durable subscribers.
    private static func run(
        _ sources: PluginSource..., body: (PluginFixture, JobStore) async throws -> Void
    ) async throws {
        try await PluginFixture.empty { fixture in
            let (services, clock) = (fixture.services, fixture.clock)
            try await HostMigrations.withRunner(services.database, now: { clock.now }) { _ = try await $0.up() }
            let store = JobStore(database: services.database, now: { clock.now })
            try await telling(fixture, store, sources) { try await body(fixture, store) }
        }
    }

    private static func telling(
        _ fixture: PluginFixture, _ store: JobStore, _ sources: [PluginSource], _ body: () async throws -> Void
    ) async throws {
        let jobs = JobRunner(store: store, configuration: .init(poll: .milliseconds(20)))
        let deliveries = EventDeliveries(
            jobs: jobs, events: fixture.services.events,
            webhooks: WebhookSender(fixture.services, privateNetworks: []), transactionSeconds: 5)
        fixture.services.outbox = deliveries
        try await fixture.load(sources)
        try await deliveries.start(now: fixture.clock.now)
        let running = Task { await jobs.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await jobs.close(waiting: .seconds(30))
        running.cancel()
        await running.value
        await fixture.tearDown()
        try result.get()
    }

    private static func publish(
        _ fixture: PluginFixture, _ query: String, answers expected: JSONObject, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await fixture.expect("/teller/publish", query: query, answers: expected, sourceLocation: sourceLocation)
    }

    private static func notes(_ fixture: PluginFixture, _ who: String) async throws -> [String] {
        guard case .bytes(let bytes) = try await fixture.respond("/listener/notes").body else { return [] }
        return String(buffer: bytes).split(separator: ", ").map(String.init).filter { $0.hasPrefix(who) }
    }

    private static func heard(_ store: JobStore) async throws -> [Int64] {
        let rows = try await store.database.query(
            "SELECT n FROM listener_heard ORDER BY n", columns: [DatabaseType.integer], scope: .plugin("listener"))
        return (0..<rows.rowCount).compactMap { rows.integer($0, 0) }
    }

    @Test func `subscribers in the transaction are asked in their order, and their work commits with it`() async throws {
        try await Self.run(Self.teller, Self.listener) { fixture, store in
            try await Self.publish(fixture, "key=a&n=1&mode=1", answers: ["status": 0, "id": 1, "code": ""])
            try await Self.publish(fixture, "key=a&n=2&mode=0", answers: ["status": 0, "id": 2, "code": ""])
            try await Self.publish(fixture, "key=b&n=3&mode=1", answers: ["status": 0, "id": 1, "code": ""])
            // Rolled back: nothing of it has happened, and its number is given to the next one.
            try await Self.publish(fixture, "key=a&n=4&mode=2", answers: ["status": 0, "id": 3, "code": ""])
            try await Self.publish(fixture, "key=a&n=5&mode=1", answers: ["status": 0, "id": 3, "code": ""])
            #expect(try await Self.heard(store) == [1, 2, 3, 5])
            let first = try await Self.notes(fixture, "first").count
            let all = try await Self.notes(fixture, "").filter { !$0.hasPrefix("after") }
            #expect(first == 5)
            #expect(all.indices.allSatisfy { all[$0].hasPrefix($0.isMultiple(of: 2) ? "first" : "second") }, "\(all)")
            try await eventually("three are told") { try await Self.notes(fixture, "after").count == 4 }
            let told = try await Self.notes(fixture, "after a")
            #expect(told == ["after a 1:1/1", "after a 2:2/1", "after a 3:5/1"])
        }
    }

    @Test(arguments: [0, 1]) func `a veto undoes the transaction and tells the publisher why`(mode: Int) async throws {
        try await Self.run(Self.teller, Self.listener) { fixture, store in
            try await Self.publish(fixture, "key=a&n=13&mode=\(mode)", answers: ["status": 1, "id": 0, "code": "unlucky"])
            try await Self.publish(fixture, "key=a&n=14&mode=\(mode)", answers: ["status": 0, "id": 1, "code": ""])
            #expect(try await Self.heard(store) == [14])
            #expect(try await Self.notes(fixture, "second").count == 1)
            try await eventually("the other one is told") { try await Self.notes(fixture, "after") == ["after a 1:14/1"] }
        }
    }

    @Test func `what is not declared, or not as declared, is not published`() async throws {
        try await Self.run(Self.teller, Self.listener) { fixture, store in
            try await Self.publish(fixture, "key=a&name=other.told/1", answers: ["status": 905, "id": 0, "code": ""])
            try await Self.publish(fixture, "key=", answers: ["status": 903, "id": 0, "code": ""])
            try await Self.publish(fixture, "key=a&wrong=1", answers: ["status": 3, "id": 0, "code": "invalid_payload"])
            try await Self.publish(fixture, "key=a&wrong=1&mode=1", answers: ["status": 3, "id": 0, "code": "invalid_payload"])
            #expect(try await Self.heard(store).isEmpty)
        }
    }

    @Test func `an event with a bad name or schema refuses the start`() async throws {
        try await PluginFixture.empty { fixture in
            var bad = Self.teller
            bad.code = bad.code.replacing("thing.told/1", with: "Thing")
            let name = try await fixture.refusal(of: bad)
            #expect(name.contains("needs a name with its version"))
        }
        // A library that was loaded stays loaded, so the next one is elsewhere.
        try await PluginFixture.empty { fixture in
            var bad = Self.teller
            bad.code = bad.code.replacing("\\\"integer\\\"", with: "\\\"whole\\\"")
            let schema = try await fixture.refusal(of: bad)
            #expect(schema.contains("the schema of the event thing.told/1"))
        }
    }

    @Test func `a failing subscriber is told again, in order, and holds up nobody else`() async throws {
        try await Self.run(Self.teller, Self.listener) { fixture, store in
            for n in [6, 7, 8] {
                try await Self.publish(
                    fixture, "key=a&n=\(n)&mode=1", answers: ["status": 0, "id": .integer(Int64(n - 5)), "code": ""])
            }
            try await Self.publish(fixture, "key=b&n=9&mode=1", answers: ["status": 0, "id": 1, "code": ""])
            // The other key goes on, though the subscriber "never" fails all the time and "after" fails in key a.
            try await eventually("key b is told") { try await Self.notes(fixture, "after b") == ["after b 1:9/1"] }
            try await eventually("7 has failed") { try await Self.notes(fixture, "after a").count == 2 }
            try await eventually("all are told") {
                fixture.clock.advance(by: .seconds(1))
                return try await Self.notes(fixture, "after a").count == 5
            }
            let told = try await Self.notes(fixture, "after a")
            #expect(told == ["after a 1:6/1", "after a 2:7/1", "after a 2:7/2", "after a 2:7/3", "after a 3:8/1"])
            #expect(
                fixture.log.lines.contains {
                    $0.message == "A subscriber failed" && $0.metadata["subscriber"] == "listener/never"
                })
        }
    }

    @Test func `publishers of one key get numbers without a gap, and subscribers hear them in that order`() async throws {
        try await Self.run(Self.teller, Self.listener) { fixture, store in
            let ids = try await withThrowingTaskGroup(of: JSONValue?.self) { group in
                for n in 20..<50 {
                    // Every third one rolls back.
                    group.addTask {
                        let mode = n % 3 == 0 ? 2 : 1
                        let answer = try await fixture.get("/teller/publish", query: "key=a&n=\(n)&mode=\(mode)")
                        return mode == 1 ? answer["id"] : nil
                    }
                }
                return try await group.reduce(into: [Int64]()) { if case .integer(let id)? = $1 { $0.append(id) } }
            }
            #expect(ids.sorted() == Array(1...20))
            try await eventually("all are told") { try await Self.notes(fixture, "after").count == 20 }
            let order = try await Self.notes(fixture, "after").compactMap { note in
                note.split(separator: " ").last?.split(separator: ":").first.flatMap { Int($0) }
            }
            #expect(order == Array(1...20))
        }
    }

    @Test func `what was committed before a host died is told by the next one, and what happened before is replayed`()
        async throws
    {
        try await Self.run(Self.teller) { fixture, store in
            // Nobody has subscribed yet.
            try await Self.publish(fixture, "key=a&n=1&mode=1", answers: ["status": 0, "id": 1, "code": ""])
            await fixture.tearDown()
            // Here the subscriber is remembered, and what is published waits: this host never gets to tell it.
            let jobs = JobRunner(store: store)
            let deliveries = EventDeliveries(
                jobs: jobs, events: fixture.services.events,
                webhooks: WebhookSender(fixture.services, privateNetworks: []), transactionSeconds: 5)
            try await fixture.load([Self.teller, Self.listener])
            fixture.services.outbox = deliveries
            try await deliveries.start(now: fixture.clock.now)
            try await Self.publish(fixture, "key=a&n=2&mode=1", answers: ["status": 0, "id": 2, "code": ""])
            #expect(try await Self.notes(fixture, "after").isEmpty)
            await jobs.close(waiting: .zero)
            await fixture.tearDown()
            try await Self.telling(fixture, store, [Self.teller, Self.listener]) {
                try await eventually("it is told") { try await Self.notes(fixture, "after") == ["after a 2:2/1"] }
                // By now no transaction is open that has not known the subscriber.
                fixture.clock.advance(by: .seconds(11))
                try await eventually("the past is told") { try await Self.notes(fixture, "after past").count == 2 }
                #expect(try await Self.notes(fixture, "after past") == ["after past 0:101/1", "after past 0:102/1"])
            }
        }
    }
}
