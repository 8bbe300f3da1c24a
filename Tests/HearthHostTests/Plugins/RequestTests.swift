import HTTPTypes
import HearthJSON
import Logging
import NIOCore
import Synchronization
import Testing

@testable import HearthHTTP
@testable import HearthHost

@Suite struct RequestTests {
    private static let probe = PluginSource(
        id: "probe",
        code: """
            static hearth_outcome twice(void *user, const hearth_request *request)
            {
                instance *self = user;
                hearth_context context = request->context;
                answer(self, context, 200, "{\\"answer\\": 1}");
                note(self, answer(self, context, 200, "{\\"answer\\": 2}"));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome failed(void *user, const hearth_request *request) { return HEARTH_HANDLER_FAILED; }
            static hearth_outcome lying(void *user, const hearth_request *request) { return HEARTH_HANDLER_DONE; }
            static hearth_outcome strange(void *user, const hearth_request *request) { return 4711; }

            static void cancelled(void *user)
            {
                instance *self = user;
                note(self, 100 + self->core->thread(self->host));
            }
            static void answer_late(instance *self, hearth_context context)
            {
                hearth_status status = answer(self, context, 200, "{}");
                uint32_t seen = __atomic_load_n(&self->seen, __ATOMIC_SEQ_CST);
                note(self, (seen == NOTHING_SEEN ? 0 : seen * 100) + status);
            }
            static hearth_outcome late(void *user, const hearth_request *request)
            {
                instance *self = user;
                self->core->on_cancel(self->host, request->context, cancelled, self);
                return later(self, request->context, query_number(request, "milliseconds", 1000), answer_late);
            }

            /* An answer with a member that is wrong does not end the request, nor take the memory that was reserved for it. */
            static hearth_outcome reserved(void *user, const hearth_request *request)
            {
                instance *self = user;
                uint8_t *buffer = NULL, *same = NULL;
                const uint64_t size = 1 << 20;
                hearth_status first = self->http->reserve(self->host, request->context, 16, &buffer);
                memcpy(buffer, "\\"0123456789abcd\\"", 16);
                hearth_status second = self->http->reserve(self->host, request->context, size, &same);
                if (first != HEARTH_OK || second != HEARTH_OK || memcmp(same, "\\"0123456789abcd\\"", 16) != 0) return HEARTH_HANDLER_FAILED;
                memset(same, ' ', size);
                memcpy(same, "{\\"kept\\": 1}", 11);
                hearth_response response = {.size = sizeof response, .status = 200, .body = {same, size}};
                response.content_type = text("text/plain\\nX-Evil: 1");
                hearth_status refused = self->http->respond(self->host, request->context, &response);
                response.content_type = text("");
                if (refused != HEARTH_INVALID || memcmp(same, "{\\"kept\\": 1}", 11) != 0) return HEARTH_HANDLER_FAILED;
                return self->http->respond(self->host, request->context, &response) == HEARTH_OK ? HEARTH_HANDLER_DONE
                                                                                                 : HEARTH_HANDLER_FAILED;
            }

            static void piece_gone(void *user, const hearth_error *error)
            {
                note(user, error != NULL ? error->status : 0);
            }
            static void second_gone(void *user, const hearth_error *error);
            typedef struct streaming { instance *self; hearth_context context; } streaming;
            static void first_gone(void *user, const hearth_error *error)
            {
                streaming *open = user;
                hearth_bytes chunk = {(const uint8_t *)"two", 3};
                open->self->http->write_stream(open->self->host, open->context, chunk, second_gone, open);
            }
            static void second_gone(void *user, const hearth_error *error)
            {
                streaming *open = user;
                hearth_status closed = open->self->http->close_stream(open->self->host, open->context);
                note(open->self, closed * 100 + open->self->http->close_stream(open->self->host, open->context));
                free(open);
            }
            static hearth_outcome stream(void *user, const hearth_request *request)
            {
                instance *self = user;
                streaming *open = malloc(sizeof *open);
                *open = (streaming){self, request->context};
                hearth_response response = {.size = sizeof response, .status = 200, .content_type = text("text/plain")};
                hearth_bytes chunk = {(const uint8_t *)"one", 3};
                if (self->http->write_stream(self->host, request->context, chunk, first_gone, open) != HEARTH_DENIED) abort();
                if (self->http->open_stream(self->host, request->context, &response) != HEARTH_OK) return HEARTH_HANDLER_FAILED;
                self->http->write_stream(self->host, request->context, chunk, first_gone, open);
                return HEARTH_HANDLER_PENDING;
            }

            static hearth_outcome tell(void *user, const hearth_request *request)
            {
                instance *self = user;
                answer(self, request->context, 200, "{\\"kind\\": %u, \\"body\\": \\"%.*s\\", \\"thread\\": %u, \\"query\\": %u}",
                    request->body_kind, (int)request->body.length, request->body.data == NULL ? "" : (const char *)request->body.data,
                    self->core->thread(self->host), (uint32_t)request->query_count);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome file(void *user, const hearth_request *request)
            {
                instance *self = user;
                hearth_response response = {.size = sizeof response, .status = 200};
                hearth_string folder = self->core->data_folder(self->host);
                char path[600];
                snprintf(path, sizeof path, "%.*s/../../../../etc/passwd", (int)folder.length, folder.data);
                hearth_status outside = self->http->respond_file(self->host, request->context, &response, text(path));
                snprintf(path, sizeof path, "%.*s/nothing", (int)folder.length, folder.data);
                hearth_status missing = self->http->respond_file(self->host, request->context, &response, text(path));
                snprintf(path, sizeof path, "%.*s/link", (int)folder.length, folder.data);
                symlink("/etc/passwd", path);
                hearth_status linked = self->http->respond_file(self->host, request->context, &response, text(path));
                answer(self, request->context, 200, "{\\"seen\\": [%u, %u, %u]}", outside, missing, linked);
                return HEARTH_HANDLER_DONE;
            }

            static hearth_status add(instance *self, const char *path, hearth_handler handler, uint32_t flags, uint32_t deadline)
            {
                hearth_status status = serve(self, "GET", path, handler, flags, deadline);
                return status;
            }
            static hearth_status set_up(instance *self)
            {
                hearth_status status = add(self, "/probe/twice", twice, 0, 0);
                status |= add(self, "/probe/failed", failed, 0, 0) | add(self, "/probe/lying", lying, 0, 0);
                status |= add(self, "/probe/strange", strange, 0, 0) | add(self, "/probe/late", late, 0, 100);
                status |= add(self, "/probe/patient", late, 0, 0) | add(self, "/probe/reserved", reserved, 0, 0);
                status |= add(self, "/probe/stream", stream, 0, 0) | add(self, "/probe/tell", tell, 0, 0);
                status |= add(self, "/probe/blocking", tell, HEARTH_ROUTE_BLOCKING, 0) | add(self, "/probe/file", file, 0, 0);
                return status;
            }
            PLUGIN("probe")
            """.replacing("static hearth_outcome twice", with: "#include <unistd.h>\nstatic hearth_outcome twice"))

    private func withProbe(_ body: (PluginFixture) async throws -> Void) async throws {
        try await PluginFixture.with(Self.probe, body: body)
    }

    private func status(_ fixture: PluginFixture) async throws -> JSONValue? { try await fixture.get("/probe/seen")["status"] }

    @Test func `the server itself is asked about with a star`() async throws {
        try await withProbe { fixture in
            let answer = try await fixture.respond(target: "*", method: .options)
            #expect(answer.status == .noContent)
        }
    }

    @Test func `the second answer is stale and names the plugin in the log`() async throws {
        try await withProbe { fixture in
            let first: JSONObject = ["answer": 1]
            try await fixture.expect("/probe/twice", answers: first)
            let second = try await status(fixture)
            #expect(second == 2)
            #expect(fixture.complaints.contains { $0.metadata["plugin"] == "probe" && $0.level == .warning })
        }
    }

    @Test(arguments: ["failed", "lying", "strange"])
    func `a handler that ends without an answer is answered with 500`(route: String) async throws {
        try await withProbe { fixture in
            let failure: JSONObject = ["error": 500]
            try await fixture.expect("/probe/\(route)", answers: failure)
            #expect(fixture.services.contexts.open.isEmpty)
        }
    }

    @Test func `at the deadline the client gets 504, and the late answer is dropped`() async throws {
        try await withProbe { fixture in
            let timeout: JSONObject = ["error": 504]
            try await fixture.expect("/probe/late", query: "milliseconds=600", answers: timeout)
            // First the cancellation, called on a worker (101), then the answer: HEARTH_TIMEOUT.
            try await eventually("the plugin has let go") { try await status(fixture) == 10_108 }
            #expect(fixture.services.contexts.open.isEmpty)
        }
    }

    @Test func `when the client goes the plugin is told on a worker, and its answer is dropped`() async throws {
        try await withProbe { fixture in
            let serving = Task { try await fixture.respond("/probe/patient", query: "milliseconds=600") }
            try await eventually("it is being served") { !fixture.services.contexts.open.isEmpty }
            serving.cancel()
            await #expect(throws: CancellationError.self) { _ = try await serving.value }
            try await eventually("the plugin has let go") { try await status(fixture) == 10_109 }
        }
    }

    @Test func `reserved memory survives a refused answer`() async throws {
        try await withProbe { fixture in
            let kept: JSONObject = ["kept": 1]
            try await fixture.expect("/probe/reserved", answers: kept)
        }
    }

    @Test func `an answer is sent piece by piece`() async throws {
        try await withProbe { fixture in
            let answer = try await fixture.respond("/probe/stream")
            guard case .stream(_, let write) = answer.body else { return #expect(Bool(false), "no stream") }
            let pieces = Mutex<[String]>([])
            try await write(ResponseStream { piece in pieces.withLock { $0.append(String(buffer: piece)) } })
            #expect(pieces.withLock { $0 } == ["one", "two"])
            try await eventually("it is closed once") { try await status(fixture) == 2 }
        }
    }

    @Test func `a handler runs on a worker, a blocking one on the other pool`() async throws {
        try await withProbe { fixture in
            let quick: JSONObject = ["kind": 1, "body": "", "thread": 1, "query": 3]
            let slow: JSONObject = ["kind": 1, "body": "", "thread": 2, "query": 0]
            try await fixture.expect("/probe/tell", query: "a=1&a=2&b", answers: quick)
            try await fixture.expect("/probe/blocking", answers: slow)
        }
    }

    @Test func `only files of the plugin are sent`() async throws {
        try await withProbe { fixture in
            let denied: JSONObject = ["seen": [5, 4, 5]]
            try await fixture.expect("/probe/file", answers: denied)
        }
    }

    @Test func `many requests at once leave no context behind`() async throws {
        try await withProbe { fixture in
            try await withThrowingTaskGroup(of: JSONObject.self) { group in
                for _ in 0..<500 { group.addTask { try await fixture.get("/probe/tell") } }
                for try await answer in group { #expect(answer["thread"] == 1) }
            }
            #expect(fixture.services.contexts.open.isEmpty)
        }
    }
}
