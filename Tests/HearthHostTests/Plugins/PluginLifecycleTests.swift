import Foundation
import HearthDatabase
import HearthJSON
import Testing

@testable import HearthHost

@Suite struct PluginLifecycleTests {
    /// A plugin that notes each step of its life in a file of its data folder.
    private static let diary = """
        #define NOTE(self, step) do { hearth_string f = (self)->core->data_folder((self)->host); char path[600]; \\
            snprintf(path, sizeof path, "%.*s/diary", (int)f.length, f.data); FILE *file = fopen(path, "a"); \\
            if (file != NULL) { fputs(step "\\n", file); fclose(file); } } while (0)
        static hearth_status set_up(instance *self) { NOTE(self, "init"); return HEARTH_OK; }
        static hearth_status start(void *made, hearth_context context)
        {
            instance *self = made;
            hearth_context_info info = {.size = sizeof info};
            if (self->core->context_info(self->host, context, &info) == HEARTH_OK) NOTE(self, "start");
            if (self->core->thread(self->host) == HEARTH_THREAD_MAIN) NOTE(self, "on the main thread");
            return HEARTH_OK;
        }
        static void drain(void *made) { NOTE((instance *)made, "drain"); }
        static void stop(void *made) { NOTE((instance *)made, "stop"); close_instance(made); }
        static hearth_status init(const hearth_host *host, void **made)
        {
            return open_instance(host, made, "/diary/ping", "/diary/seen", set_up);
        }
        PLUGIN_DESCRIPTOR(.size = sizeof(hearth_plugin), .abi = HEARTH_ABI, .id = HEARTH_STRING_INIT("diary"),
            .version = HEARTH_STRING_INIT("1.0.0"), .init = init, .start = start, .drain = drain, .stop = stop)
        """

    @Test func `a plugin lives through init, start, drain and stop, each once`() async throws {
        try await PluginFixture.with(PluginSource(id: "diary", code: Self.diary)) { fixture in
            await fixture.tearDown()
            let text = try String(contentsOfFile: fixture.folder + "/plugins/diary/diary", encoding: .utf8)
            #expect(text == "init\nstart\non the main thread\ndrain\nstop\n")
        }
    }

    private func descriptor(_ members: String) -> String {
        """
        static hearth_status init(const hearth_host *host, void **made) { return HEARTH_OK; }
        static const hearth_plugin plugin = {\(members)};
        HEARTH_EXPORT const hearth_plugin *hearth_plugin_entry(void) { return &plugin; }
        """
    }

    @Test func `a wrong descriptor is refused with what is wrong`() async throws {
        let good = """
            .size = sizeof(hearth_plugin), .abi = 1, .id = HEARTH_STRING_INIT("odd"), .version = HEARTH_STRING_INIT("1.0.0"), .init = init
            """
        let refusals = [
            (descriptor(good.replacing(".abi = 1", with: ".abi = 77")), "version 77 of the interface"),
            (descriptor(good.replacing("sizeof(hearth_plugin)", with: "8")), "8 bytes"),
            (descriptor(good.replacing("\"odd\"", with: "\"other\"")), "the plugin \"other\""),
            (descriptor(good.replacing("1.0.0", with: "9.9.9")), "version 9.9.9"),
            (descriptor(good.replacing(", .init = init", with: "")), "no init"),
            ("HEARTH_EXPORT const hearth_plugin *hearth_plugin_entry(void) { return 0; }", "returned NULL"),
        ]
        for (code, reason) in refusals {
            try await PluginFixture.empty { fixture in
                let message = try await fixture.refusal(of: PluginSource(id: "odd", code: code))
                #expect(message.contains(reason), "\(message)")
                #expect(message.contains("libodd.so"), "\(message)")
            }
        }
    }

    @Test func `a failing init shows its message and leaves nothing behind`() async throws {
        let code = """
            static hearth_status set_up(instance *self)
            {
                self->host->set_error(self->host, text("first"));
                self->host->set_error(self->host, text("the moon is in the wrong phase"));
                return HEARTH_FAILED;
            }
            PLUGIN("moody")
            """
        try await PluginFixture.empty { fixture in
            let message = try await fixture.refusal(of: PluginSource(id: "moody", code: code))
            #expect(message.contains("the moon is in the wrong phase"))
            #expect(!message.contains("first"))
            #expect(fixture.plugins.isEmpty)
            #expect(fixture.services.contexts.open.isEmpty)
        }
    }

    @Test func `a plugin that passes over a refused registration is not half there`() async throws {
        let code = """
            static hearth_status set_up(instance *self)
            {
                hearth_route route = {.size = sizeof route, .access = 99, .method = text("GET"), .path = text("/careless"),
                    .operation = text("{}"), .handle = serve_ping, .user = self};
                self->http->add_route(self->host, &route);
                return HEARTH_OK;
            }
            PLUGIN("careless")
            """
        try await PluginFixture.empty { fixture in
            let message = try await fixture.refusal(of: PluginSource(id: "careless", code: code))
            #expect(message.contains("GET /api/careless"))
            #expect(message.contains("99"))
        }
    }

    @Test func `a rate limit that nobody can mean is refused`() async throws {
        let code = """
            static hearth_status set_up(instance *self)
            {
                hearth_route route = {.size = sizeof route, .access = 1, .method = text("GET"), .path = text("/hasty"),
                    .operation = text("{}"), .handle = serve_ping, .user = self, .rate_limit = 1000001};
                return self->http->add_route(self->host, &route);
            }
            PLUGIN("hasty")
            """
        try await PluginFixture.empty { fixture in
            let message = try await fixture.refusal(of: PluginSource(id: "hasty", code: code))
            #expect(message.contains("GET /api/hasty: the rate limit is over 1000000 requests a minute"), "\(message)")
        }
    }

    @Test func `a failing start stops the plugin`() async throws {
        let code = """
            static hearth_status set_up(instance *self) { return HEARTH_OK; }
            static hearth_status start(void *made, hearth_context context) { return HEARTH_UNAVAILABLE; }
            PLUGIN("lame", .start = start)
            """
        try await PluginFixture.empty { fixture in
            let message = try await fixture.refusal(of: PluginSource(id: "lame", code: code))
            #expect(message.contains("start failed"))
        }
    }

    @Test func `an interface that is not granted is NULL`() async throws {
        let code = """
            static hearth_outcome handle(void *user, const hearth_request *request)
            {
                instance *self = user;
                answer(self, request->context, 200, "{\\"database\\": %d, \\"users\\": %d, \\"unknown\\": %d}", self->database != NULL,
                    self->users != NULL, self->host->get_interface(self->host, text("hearth.nonsense/1")) != NULL);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status set_up(instance *self) { return serve(self, "GET", "/poor", handle, 0, 0); }
            PLUGIN("poor")
            """
        let source = PluginSource(
            id: "poor", code: code, conf: "grants = [\"hearth.core/1\", \"hearth.http/1\", \"hearth.users/1\"]")
        try await PluginFixture.with(source) { fixture in
            let granted: JSONObject = ["database": 0, "users": 1, "unknown": 0]
            try await fixture.expect("/poor", answers: granted)
        }
    }

    @Test func `registration is closed after init`() async throws {
        let code = """
            static hearth_outcome handle(void *user, const hearth_request *request)
            {
                instance *self = user;
                hearth_user_observer observer = {.size = sizeof observer, .events = 2, .observe = (hearth_user_observe)handle};
                hearth_facet facet = {.size = sizeof facet, .name = text("late"), .read = (hearth_facet_read)handle,
                    .schema = text("{\\"properties\\": {\\"late\\": {}}}")};
                answer(self, request->context, 200, "{\\"seen\\": [%u, %u, %u, %u]}", serve(self, "GET", "/closed/late", handle, 0, 0),
                    self->http->add_schema(self->host, text("Late"), text("{}")),
                    self->users->add_observer(self->host, &observer), self->users->add_facet(self->host, &facet));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status set_up(instance *self) { return serve(self, "GET", "/closed", handle, 0, 0); }
            PLUGIN("closed")
            """
        try await PluginFixture.with(PluginSource(id: "closed", code: code)) { fixture in
            let denied: JSONObject = ["seen": [5, 5, 5, 5]]
            try await fixture.expect("/closed", answers: denied)
            try await fixture.expect("/closed/late", answers: ["error": 404])
        }
    }

    @Test func `a plugin that has not started is stopped, not drained`() async throws {
        let code = """
            static int drained, stopped;
            static hearth_status set_up(instance *self) { return HEARTH_OK; }
            static hearth_status start(void *made, hearth_context context) { return HEARTH_UNAVAILABLE; }
            static void drain(void *made) { abort(); }
            static hearth_status init(const hearth_host *host, void **made)
            {
                return open_instance(host, made, "/unstarted/ping", "/unstarted/seen", set_up);
            }
            static void stop(void *made)
            {
                instance *self = made;
                hearth_pair none = {text("a"), text("b")};
                self->core->log(self->host, 0, HEARTH_LOG_INFO, text("stopped"), &none, 1);
                close_instance(made);
            }
            PLUGIN_DESCRIPTOR(.size = sizeof(hearth_plugin), .abi = HEARTH_ABI, .id = HEARTH_STRING_INIT("unstarted"),
                .version = HEARTH_STRING_INIT("1.0.0"), .init = init, .start = start, .drain = drain, .stop = stop)
            """
        try await PluginFixture.empty { fixture in
            let message = try await fixture.refusal(of: PluginSource(id: "unstarted", code: code))
            #expect(message.contains("start failed"))
            #expect(fixture.log.lines.count { $0.message == "stopped" && $0.metadata["plugin"] == "unstarted" } == 1)
        }
    }
}
