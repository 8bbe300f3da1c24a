import HearthJSON
import Testing

@testable import HearthHost

@Suite struct ServiceCallTests {
    private static let provider = PluginSource(
        id: "provider",
        code: """
            typedef struct deep { instance *self; hearth_context context; } deep;
            static void not_done(void *user, const hearth_error *error) { abort(); }
            static void no_rows(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count) { abort(); }
            static hearth_status reply(instance *self, hearth_context context, const char *json)
            {
                return self->services->reply(self->host, context, (hearth_bytes){(const uint8_t *)json, strlen(json)});
            }
            static int is(hearth_string value, const char *word) { return value.length == strlen(word) && memcmp(value.data, word, value.length) == 0; }
            static void reply_late(instance *self, hearth_context context)
            {
                hearth_statement statement = {.size = sizeof statement, .sql = text("DELETE FROM provider")};
                hearth_status used = self->database->query(self->host, context, &statement, no_rows, NULL);
                note(self, used * 100 + reply(self, context, "{}"));
            }
            static void came_back(void *user, const hearth_error *error, hearth_bytes output)
            {
                deep *call = user;
                if (error != NULL) call->self->services->fail(call->self->host, call->context, error);
                else call->self->services->reply(call->self->host, call->context, output);
                free(call);
            }
            static hearth_outcome handle(void *user, const hearth_call *call)
            {
                instance *self = user;
                if (is(call->method, "inspect")) {
                    hearth_context_info info = {.size = sizeof info};
                    self->core->context_info(self->host, call->context, &info);
                    char json[300];
                    snprintf(json, sizeof json, "{\\"seen\\": [%u, %u, %u, %u]}", info.borrowed, info.in_transaction,
                        self->database->commit(self->host, call->context, not_done, NULL),
                        self->database->rollback(self->host, call->context, not_done, NULL));
                    hearth_context context = call->context;
                    reply(self, context, json);
                    note(self, reply(self, context, "{}"));
                    return HEARTH_HANDLER_DONE;
                }
                if (is(call->method, "fail")) {
                    hearth_error error = {.size = sizeof error, .status = HEARTH_DENIED, .code = text("no_coins"), .message = text("no")};
                    self->services->fail(self->host, call->context, &error);
                    return HEARTH_HANDLER_DONE;
                }
                if (is(call->method, "pieces")) {
                    for (int i = 0; i < 3; i++) self->services->send_piece(self->host, call->context, (hearth_bytes){(const uint8_t *)&"abc"[i], 1});
                    reply(self, call->context, "{\\"seen\\": [3]}");
                    return HEARTH_HANDLER_DONE;
                }
                if (is(call->method, "slow")) return later(self, call->context, 800, reply_late);
                if (is(call->method, "deep")) {
                    deep *inner = malloc(sizeof *inner);
                    *inner = (deep){self, call->context};
                    hearth_status status = self->services->call(self->host, call->context, text("loop/1"), text("deep"),
                        (hearth_bytes){(const uint8_t *)"{}", 2}, NULL, came_back, inner);
                    if (status == HEARTH_OK) return HEARTH_HANDLER_PENDING;
                    free(inner);
                    hearth_error error = {.size = sizeof error, .status = status, .code = text("too_deep")};
                    self->services->fail(self->host, call->context, &error);
                    return HEARTH_HANDLER_DONE;
                }
                return HEARTH_HANDLER_DONE; /* "silent" */
            }
            static hearth_status set_up(instance *self)
            {
                hearth_service service = {.size = sizeof service, .name = text("test/1"), .handle = handle, .user = self,
                    .schema = text("{\\"inspect\\": {\\"input\\": {\\"type\\": \\"object\\", \\"properties\\": {\\"n\\": {\\"type\\": \\"integer\\"}}}},"
                        "\\"fail\\": {}, \\"silent\\": {}, \\"slow\\": {}, \\"deep\\": {}, \\"pieces\\": {}}")};
                return self->services->provide(self->host, &service);
            }
            PLUGIN("provider")
            """,
        manifest: "provides = [\"test/1\"]\nuses = [\"loop/1\"]", migration: "CREATE TABLE provider (id integer PRIMARY KEY);")

    private static let caller = PluginSource(
        id: "caller",
        code: """
            typedef struct flow {
                instance *self;
                hearth_context request, transaction, used;
                const char *method, *input;
                uint32_t status, after;
                char code[40], output[300], pieces[40];
            } flow;
            static void finish(flow *f, const char *committed)
            {
                answer(f->self, f->request, 200, "{\\"status\\": %u, \\"code\\": \\"%s\\", \\"output\\": %s, \\"pieces\\": \\"%s\\", \\"commit\\": %s}",
                    f->status, f->code, f->output[0] == 0 ? "null" : f->output, f->pieces, committed);
                free(f);
            }
            static void committed(void *user, const hearth_error *error)
            {
                char status[12];
                snprintf(status, sizeof status, "%u", error == NULL ? 0 : error->status);
                finish(user, status);
            }
            static void got_piece(void *user, hearth_bytes piece)
            {
                flow *f = user;
                strncat(f->pieces, (const char *)piece.data, piece.length);
            }
            static void got(void *user, const hearth_error *error, hearth_bytes output)
            {
                flow *f = user;
                f->status = error == NULL ? 0 : error->status;
                if (error != NULL) snprintf(f->code, sizeof f->code, "%.*s", (int)error->code.length, error->code.data);
                else snprintf(f->output, sizeof f->output, "%.*s", (int)output.length, (const char *)output.data);
                if (f->transaction == 0) return finish(f, "null");
                hearth_status status = f->self->database->commit(f->self->host, f->transaction, committed, f);
                if (status != HEARTH_OK) { char text[12]; snprintf(text, sizeof text, "%u", 900 + status); finish(f, text); }
            }
            static void call(flow *f, hearth_context context)
            {
                hearth_status status = f->self->services->call(f->self->host, context, text("test/1"), text(f->method),
                    (hearth_bytes){(const uint8_t *)f->input, strlen(f->input)}, got_piece, got, f);
                if (status == HEARTH_OK) return;
                f->status = 900 + status;
                finish(f, "null");
            }
            static void begun(void *user, const hearth_error *error, hearth_context transaction)
            {
                flow *f = user;
                f->transaction = transaction;
                call(f, transaction);
            }
            static hearth_outcome handle(void *user, const hearth_request *request)
            {
                static const char *methods[] = {"inspect", "fail", "silent", "slow", "deep", "pieces", "unknown"};
                static const char *inputs[] = {"{}", "{\\"n\\": \\"x\\"}", "{"};
                flow *f = calloc(1, sizeof *f);
                f->self = user;
                f->request = request->context;
                f->method = methods[query_number(request, "method", 0)];
                f->input = inputs[query_number(request, "input", 0)];
                if (query_number(request, "transaction", 0) == 0) call(f, f->request);
                else if (f->self->database->begin(f->self->host, f->request, NULL, begun, f) != HEARTH_OK) return HEARTH_HANDLER_FAILED;
                return HEARTH_HANDLER_PENDING;
            }
            static hearth_outcome names(void *user, const hearth_request *request)
            {
                instance *self = user;
                hearth_bytes input = {(const uint8_t *)"{}", 2};
                answer(self, request->context, 200, "{\\"seen\\": [%u, %u, %u, %u, %u]}", self->services->available(self->host, text("test/1")),
                    self->services->available(self->host, text("other/1")),
                    self->services->call(self->host, request->context, text("unnamed/1"), text("a"), input, NULL, got, NULL),
                    self->services->call(self->host, request->context, text("absent/1"), text("a"), input, NULL, got, NULL),
                    self->services->call(self->host, request->context, text("test/1"), text("inspect"), input, NULL, NULL, NULL));
                return HEARTH_HANDLER_DONE;
            }
            typedef struct inner { instance *self; hearth_context context; } inner;
            static void inner_got(void *user, const hearth_error *error, hearth_bytes output)
            {
                inner *call = user;
                if (error != NULL) call->self->services->fail(call->self->host, call->context, error);
                else call->self->services->reply(call->self->host, call->context, output);
                free(call);
            }
            static uint32_t depth;
            static hearth_outcome loop(void *user, const hearth_call *call)
            {
                inner *next = malloc(sizeof *next);
                *next = (inner){user, call->context};
                __atomic_add_fetch(&depth, 2, __ATOMIC_SEQ_CST);
                hearth_status status = next->self->services->call(next->self->host, call->context, text("test/1"), text("deep"),
                    (hearth_bytes){(const uint8_t *)"{}", 2}, NULL, inner_got, next);
                if (status == HEARTH_OK) return HEARTH_HANDLER_PENDING;
                hearth_error error = {.size = sizeof error, .status = status, .code = text("too_deep")};
                next->self->services->fail(next->self->host, call->context, &error);
                free(next);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status set_up(instance *self)
            {
                hearth_service service = {.size = sizeof service, .name = text("loop/1"), .handle = loop, .user = self,
                    .schema = text("{\\"deep\\": {}}")};
                return serve(self, "GET", "/caller/call", handle, 0, 0) | serve(self, "GET", "/caller/hurry", handle, 0, 200)
                    | serve(self, "GET", "/caller/names", names, 0, 0) | self->services->provide(self->host, &service);
            }
            PLUGIN("caller")
            """,
        manifest: "provides = [\"loop/1\"]\nneeds = [\"test/1\"]\nuses = [\"absent/1\"]")

    private func withPlugins(_ body: (PluginFixture) async throws -> Void) async throws {
        try await PluginFixture.with(Self.provider, Self.caller) { fixture in
            try await body(fixture)
        }
    }

    private func answer(
        _ code: String, _ status: Int64, output: JSONValue = .null, pieces: String = "", commit: JSONValue = .null
    )
        -> JSONObject
    {
        ["status": .integer(status), "code": .string(code), "output": output, "pieces": .string(pieces), "commit": commit]
    }

    @Test func `a provider in a transaction borrows it, and completes once`() async throws {
        try await withPlugins { fixture in
            let alone: JSONObject = ["seen": [1, 0, 5, 5]]
            let borrowed: JSONObject = ["seen": [1, 1, 5, 5]]
            try await fixture.expect("/caller/call", answers: answer("", 0, output: .object(alone)))
            try await fixture.expect(
                "/caller/call", query: "transaction=1", answers: answer("", 0, output: .object(borrowed), commit: 0))
            let second = try await fixture.get("/provider/seen")["status"]
            #expect(second == 2)
        }
    }

    @Test func `a failed call carries its code and spoils the transaction`() async throws {
        try await withPlugins { fixture in
            try await fixture.expect("/caller/call", query: "method=1", answers: answer("no_coins", 5))
            try await fixture.expect("/caller/call", query: "method=1&transaction=1", answers: answer("no_coins", 5, commit: 13))
            try await fixture.expect("/caller/call", query: "method=2&transaction=1", answers: answer("", 1, commit: 13))
        }
    }

    @Test func `an unknown method and an input against the schema do not reach the provider`() async throws {
        try await withPlugins { fixture in
            try await fixture.expect("/caller/call", query: "method=6", answers: answer("unknown_method", 4))
            try await fixture.expect("/caller/call", query: "input=1", answers: answer("invalid_input", 3))
            try await fixture.expect("/caller/call", query: "input=2", answers: answer("invalid_input", 3))
        }
    }

    @Test func `pieces come in order and before the reply`() async throws {
        try await withPlugins { fixture in
            let three: JSONObject = ["seen": [3]]
            try await fixture.expect(
                "/caller/call", query: "method=5", answers: answer("", 0, output: .object(three), pieces: "abc"))
        }
    }

    @Test func `only services that plugin.toml names can be called`() async throws {
        try await withPlugins { fixture in
            let seen: JSONObject = ["seen": [1, 0, 5, 4, 3]]
            try await fixture.expect("/caller/names", answers: seen)
        }
    }

    @Test func `calls that go round in a circle end at the sixteenth`() async throws {
        try await withPlugins { fixture in
            try await fixture.expect("/caller/call", query: "method=4", answers: answer("too_deep", 1))
            #expect(fixture.services.contexts.open.isEmpty)
        }
    }

    @Test func `a provider that misses the deadline loses the borrowed transaction`() async throws {
        try await withPlugins { fixture in
            let timeout: JSONObject = ["error": 504]
            try await fixture.expect("/caller/hurry", query: "method=3&transaction=1", answers: timeout)
            // 800 ms after the call the provider queries and replies: it is told that the call is over, and nothing is written.
            try await eventually("the provider has let go") {
                guard case .integer(let seen)? = try await fixture.get("/provider/seen")["status"] else { return false }
                return seen / 100 == 2 || seen / 100 == 9
            }
            try await eventually("all contexts are over") { fixture.services.contexts.open.isEmpty }
        }
    }
}
