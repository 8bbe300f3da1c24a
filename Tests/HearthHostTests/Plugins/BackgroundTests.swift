import HearthJSON
import Testing

@testable import HearthHost

/// Timers and contexts of a plugin's own, from C.
@Suite struct BackgroundTests {
    private static let plugin = PluginSource(
        id: "own",
        code: """
            typedef struct work {
                int fired, worked, released, cancelled, late;
                hearth_timer timer;
                hearth_context context;
                hearth_status early;
            } work;
            #define ADD(member) __atomic_add_fetch(&(member), 1, __ATOMIC_SEQ_CST)
            #define GET(member) __atomic_load_n(&(member), __ATOMIC_SEQ_CST)

            static void cancelled(void *user) { ADD(((work *)((instance *)user)->extra)->cancelled); }
            static void released(void *user) { ADD(((work *)((instance *)user)->extra)->released); }
            static hearth_outcome fire(void *user, hearth_context context)
            {
                instance *self = user;
                work *own = self->extra;
                hearth_context_info info = {.size = sizeof info};
                if (self->core->context_info(self->host, context, &info) == HEARTH_OK && info.actor == NULL
                    && info.in_transaction == 0 && self->core->thread(self->host) == HEARTH_THREAD_WORKER) ADD(own->worked);
                ADD(own->fired);
                return HEARTH_HANDLER_DONE;
            }
            static void end(instance *self, hearth_context context)
            {
                ADD(((work *)self->extra)->late);
                self->core->end_background(self->host, context);
            }
            static hearth_outcome fire_long(void *user, hearth_context context)
            {
                instance *self = user;
                self->core->on_cancel(self->host, context, cancelled, self);
                ADD(((work *)self->extra)->fired);
                return later(self, context, 300, end);
            }
            static hearth_outcome fire_and_cancel(void *user, hearth_context context)
            {
                instance *self = user;
                work *own = self->extra;
                ADD(own->fired);
                self->core->cancel_timer(self->host, GET(own->timer));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome start_timer(void *user, const hearth_request *request)
            {
                instance *self = user;
                work *own = self->extra;
                uint32_t kind = query_number(request, "kind", 0);
                hearth_timer_options options = {.size = sizeof options, .name = text("test"),
                    .delay = query_number(request, "delay", 0), .interval = query_number(request, "interval", 0),
                    .fire = kind == 0 ? fire : kind == 1 ? fire_long : fire_and_cancel, .released = released, .user = self};
                hearth_timer timer = 0;
                hearth_status status = self->core->start_timer(self->host, &options, &timer);
                __atomic_store_n(&own->timer, timer, __ATOMIC_SEQ_CST);
                answer(self, request->context, 200, "{\\"status\\": %u}", status);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome cancel(void *user, const hearth_request *request)
            {
                instance *self = user;
                hearth_status status = self->core->cancel_timer(self->host, GET(((work *)self->extra)->timer));
                answer(self, request->context, 200, "{\\"status\\": %u}", status);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome begin(void *user, const hearth_request *request)
            {
                instance *self = user;
                work *own = self->extra;
                hearth_status status = self->core->begin_background(self->host, text("own"), query_number(request, "limit", 0), &own->context);
                if (status == HEARTH_OK) self->core->on_cancel(self->host, own->context, cancelled, self);
                answer(self, request->context, 200, "{\\"status\\": %u, \\"request\\": %u}", status,
                    self->core->end_background(self->host, request->context));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome finish(void *user, const hearth_request *request)
            {
                instance *self = user;
                work *own = self->extra;
                hearth_status first = self->core->end_background(self->host, own->context);
                answer(self, request->context, 200, "{\\"status\\": [%u, %u]}", first, self->core->end_background(self->host, own->context));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome count(void *user, const hearth_request *request)
            {
                instance *self = user;
                work *own = self->extra;
                answer(self, request->context, 200, "{\\"fired\\": %d, \\"worked\\": %d, \\"released\\": %d, \\"cancelled\\": %d, \\"early\\": %u}",
                    GET(own->fired), GET(own->worked), GET(own->released), GET(own->cancelled), own->early);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status set_up(instance *self)
            {
                work *own = self->extra = calloc(1, sizeof(work));
                hearth_timer_options options = {.size = sizeof options, .name = text("early"), .fire = fire, .user = self};
                own->early = self->core->start_timer(self->host, &options, NULL);
                const served routes[] = {
                    ROUTE("GET", "/own/timer", start_timer), ROUTE("GET", "/own/cancel", cancel), ROUTE("GET", "/own/begin", begin),
                    ROUTE("GET", "/own/finish", finish), ROUTE("GET", "/own/count", count)};
                return SERVE_ALL(self, routes);
            }
            PLUGIN("own")
            """)

    private static func wait(_ fixture: PluginFixture, for name: String, _ count: Int64) async throws {
        try await eventually("\(name) is \(count)") { try await fixture.get("/own/count")[name] == .integer(count) }
    }

    @Test func `a timer fires once, at its moment on the host's clock`() async throws {
        try await PluginFixture.with(Self.plugin) { fixture in
            try await fixture.expect("/own/timer", query: "delay=5000000", answers: ["status": 0])
            fixture.clock.advance(by: .milliseconds(4999))
            try await Task.sleep(for: .milliseconds(60))
            #expect(try await fixture.get("/own/count")["fired"] == 0)
            fixture.clock.advance(by: .milliseconds(1))
            try await Self.wait(fixture, for: "released", 1)
            fixture.clock.advance(by: .seconds(60))
            try await Task.sleep(for: .milliseconds(60))
            let count = try await fixture.get("/own/count")
            #expect(count["fired"] == 1)
            #expect(count["worked"] == 1)
            // In init it was too early.
            #expect(count["early"] == 5)
            try await fixture.expect("/own/cancel", answers: ["status": 2])
        }
    }

    @Test func `a timer that repeats makes up for nothing, and never fires again once it is cancelled`() async throws {
        try await PluginFixture.with(Self.plugin) { fixture in
            try await fixture.expect("/own/timer", query: "delay=1000000&interval=1000000", answers: ["status": 0])
            fixture.clock.advance(by: .seconds(1))
            try await Self.wait(fixture, for: "fired", 1)
            fixture.clock.advance(by: .milliseconds(10_500))
            try await Self.wait(fixture, for: "fired", 2)
            // The tenth multiple is passed; the next is half a second away.
            fixture.clock.advance(by: .milliseconds(500))
            try await Self.wait(fixture, for: "fired", 3)
            try await fixture.expect("/own/cancel", answers: ["status": 0])
            try await Self.wait(fixture, for: "released", 1)
            fixture.clock.advance(by: .seconds(60))
            try await Task.sleep(for: .milliseconds(60))
            #expect(try await fixture.get("/own/count")["fired"] == 3)
            try await fixture.expect("/own/cancel", answers: ["status": 2])
        }
    }

    @Test func `a timer can cancel itself, and is released after its firing`() async throws {
        try await PluginFixture.with(Self.plugin) { fixture in
            try await fixture.expect("/own/timer", query: "delay=1000000&interval=1000000&kind=2", answers: ["status": 0])
            fixture.clock.advance(by: .seconds(1))
            try await Self.wait(fixture, for: "released", 1)
            fixture.clock.advance(by: .seconds(60))
            try await Task.sleep(for: .milliseconds(60))
            #expect(try await fixture.get("/own/count")["fired"] == 1)
        }
    }

    @Test func `draining ends timers, cancels the firing that is under way and waits for it`() async throws {
        try await PluginFixture.with(Self.plugin) { fixture in
            try await fixture.expect("/own/timer", query: "interval=1000&kind=1", answers: ["status": 0])
            try await Self.wait(fixture, for: "fired", 1)
            for plugin in fixture.plugins { await plugin.drain() }
            try await Self.wait(fixture, for: "cancelled", 1)
            #expect(try await fixture.get("/own/count")["released"] == 0)
            await fixture.services.waitForContexts(atMost: .seconds(30))
            #expect(fixture.services.contexts.open.isEmpty)
            try await Self.wait(fixture, for: "released", 1)
            fixture.clock.advance(by: .seconds(1))
            try await fixture.expect("/own/timer", answers: ["status": 9])
            try await fixture.expect("/own/begin", answers: ["status": 9, "request": 3])
            #expect(try await fixture.get("/own/count")["fired"] == 1)
            #expect(fixture.complaints.allSatisfy { $0.message.hasPrefix("A call was refused") })
        }
    }

    @Test func `a context of one's own is cancelled at its time limit and ends once`() async throws {
        try await PluginFixture.with(Self.plugin) { fixture in
            try await fixture.expect("/own/begin", query: "limit=20000", answers: ["status": 0, "request": 3])
            try await Self.wait(fixture, for: "cancelled", 1)
            try await fixture.expect("/own/finish", answers: ["status": [0, 2]])
            #expect(fixture.services.contexts.open.isEmpty)
        }
    }
}
