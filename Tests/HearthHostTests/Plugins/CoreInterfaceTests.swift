import HearthJSON
import Logging
import Testing

@testable import HearthHost

@Suite struct CoreInterfaceTests {
    private static let core = PluginSource(
        id: "core",
        code: """
            #define NOWHERE ((hearth_string){NULL, 5})
            #define NOT_UTF8 ((hearth_string){"\\xff\\xfe", 2})
            static hearth_outcome settings(void *user, const hearth_request *request)
            {
                instance *self = user;
                const hearth_host *host = self->host;
                hearth_string name = {"", 0}, none;
                int64_t number = 0, switched = 0, wrong = 0;
                double ratio = 0;
                hearth_status seen[] = {
                    self->core->setting_text(host, text("name"), &name), self->core->setting_integer(host, text("number"), &number),
                    self->core->setting_integer(host, text("switched"), &switched), self->core->setting_double(host, text("ratio"), &ratio),
                    self->core->setting_text(host, text("absent"), &none), self->core->setting_text(host, text("undeclared"), &none),
                    self->core->setting_integer(host, text("name"), &wrong), self->core->setting_text(host, text("name"), NULL),
                    self->core->setting_text(host, NOWHERE, &none)};
                hearth_string all = self->core->settings(host);
                answer(self, request->context, 200,
                    "{\\"seen\\": [%u, %u, %u, %u, %u, %u, %u, %u, %u], \\"name\\": \\"%.*s\\", \\"sum\\": %d, \\"ratio\\": %.2f, \\"all\\": %.*s}",
                    seen[0], seen[1], seen[2], seen[3], seen[4], seen[5], seen[6], seen[7], seen[8], (int)name.length, name.data,
                    (int)(number + switched), ratio, (int)all.length, all.data);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome days(void *user, const hearth_request *request)
            {
                instance *self = user;
                const hearth_host *host = self->host;
                int64_t begin[3], end[3];
                int32_t date = 0;
                /* 2026-03-29 and 2026-10-25: Paris changes its clocks. 2026-04-24: Cairo has no midnight. */
                self->core->day_bounds(host, text("Europe/Paris"), 20541, &begin[0], &end[0]);
                self->core->day_bounds(host, text("Europe/Paris"), 20751, &begin[1], &end[1]);
                self->core->day_bounds(host, text("Africa/Cairo"), 20567, &begin[2], &end[2]);
                hearth_status local = self->core->local_date(host, text("Asia/Tokyo"), 20541LL * 86400000000LL - 3600000000LL, &date);
                answer(self, request->context, 200, "{\\"hours\\": [%d, %d, %d], \\"begins\\": %d, \\"date\\": %d, \\"seen\\": [%u, %u, %u, %u, %u]}",
                    (int)((end[0] - begin[0]) / 3600000000LL), (int)((end[1] - begin[1]) / 3600000000LL),
                    (int)((end[2] - begin[2]) / 3600000000LL), (int)((begin[2] - 20567LL * 86400000000LL) / 3600000000LL), date, local,
                    self->core->day_bounds(host, text("Mars/Olympus"), 0, &begin[0], &end[0]),
                    self->core->day_bounds(host, text("UTC"), INT32_MAX, &begin[0], &end[0]),
                    self->core->local_date(host, text("../UTC"), 0, &date), self->core->local_date(host, text("UTC"), 0, NULL));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_outcome metrics(void *user, const hearth_request *request)
            {
                instance *self = user;
                const hearth_host *host = self->host;
                hearth_pair label = {text("colour"), text("a \\"b\\"\\\\\\n")}, nameless = {text("a-b"), text("x")};
                hearth_status seen[] = {
                    self->core->metric(host, HEARTH_METRIC_COUNTER, text("things_total"), &label, 1, 2),
                    self->core->metric(host, HEARTH_METRIC_COUNTER, text("things_total"), &label, 1, 3),
                    self->core->metric(host, HEARTH_METRIC_HISTOGRAM, text("seconds"), NULL, 0, 0.02),
                    self->core->metric(host, HEARTH_METRIC_GAUGE, text("things_total"), NULL, 0, 1),
                    self->core->metric(host, HEARTH_METRIC_COUNTER, text("less_total"), NULL, 0, -1),
                    self->core->metric(host, 99, text("odd"), NULL, 0, 1),
                    self->core->metric(host, HEARTH_METRIC_GAUGE, text("9lives"), NULL, 0, 1),
                    self->core->metric(host, HEARTH_METRIC_GAUGE, text("lives"), &nameless, 1, 1),
                    self->core->metric(host, HEARTH_METRIC_GAUGE, text("lives"), NULL, 4, 1)};
                hearth_status last = 0;
                for (int i = 0; i < 1100; i++) {
                    char number[12];
                    snprintf(number, sizeof number, "%d", i);
                    hearth_pair many = {text("n"), text(number)};
                    last = self->core->metric(host, HEARTH_METRIC_GAUGE, text("many"), &many, 1, i);
                }
                answer(self, request->context, 200, "{\\"seen\\": [%u, %u, %u, %u, %u, %u, %u, %u, %u, %u]}", seen[0], seen[1], seen[2],
                    seen[3], seen[4], seen[5], seen[6], seen[7], seen[8], last);
                return HEARTH_HANDLER_DONE;
            }
            static void nothing(void *user) { abort(); }
            static void run(void *user) { instance *self = user; note(self, 50 + self->core->thread(self->host)); }
            static hearth_outcome odds(void *user, const hearth_request *request)
            {
                instance *self = user;
                const hearth_host *host = self->host;
                uint8_t uuids[2][16], bytes[1000] = {0};
                self->core->make_uuid(host, uuids[0]);
                self->core->make_uuid(host, uuids[1]);
                self->core->make_uuid(host, NULL);
                self->core->random(host, bytes, sizeof bytes);
                self->core->random(host, NULL, UINT64_MAX);
                int zeros = 0;
                for (int i = 0; i < 1000; i++) zeros += bytes[i] == 0;
                hearth_pair field = {text("what"), text("odd")};
                self->core->log(host, request->context, 77, NOT_UTF8, &field, 1);
                self->core->log(host, request->context, HEARTH_LOG_WARNING, NOWHERE, NULL, 9);
                self->core->log(host, 4711, HEARTH_LOG_WARNING, text("one sentence"), &field, 1);
                hearth_context_info tiny = {.size = 4};
                answer(self, request->context, 200, "{\\"version\\": %d, \\"ordered\\": %s, \\"random\\": %s, \\"seen\\": [%u, %u, %u, %u, %u, %u, %u, %u, %u]}",
                    uuids[0][6] >> 4, memcmp(uuids[0], uuids[1], 16) < 0 ? "true" : "false", zeros < 50 ? "true" : "false",
                    self->core->run(host, NULL, NULL), self->core->run_blocking(host, 4711, nothing, NULL),
                    self->core->on_cancel(host, request->context, NULL, NULL), self->core->context_info(host, request->context, NULL),
                    self->core->context_info(host, request->context, &tiny), self->core->set_health(host, text("upstream"), 99, text("")),
                    self->core->set_health(host, NOT_UTF8, HEARTH_HEALTH_HEALTHY, text("")),
                    self->core->set_health(host, text("upstream"), HEARTH_HEALTH_DEGRADED, text("slow")),
                    self->core->run(host, run, self));
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status set_up(instance *self)
            {
                return serve(self, "GET", "/core/settings", settings, 0, 0) | serve(self, "GET", "/core/days", days, 0, 0)
                    | serve(self, "GET", "/core/metrics", metrics, 0, 0) | serve(self, "GET", "/core/odds", odds, 0, 0);
            }
            PLUGIN("core")
            """,
        manifest: """
            [settings.name]
            type = "text"
            default = "nobody"
            description = "A name."
            [settings.number]
            type = "integer"
            default = 41
            description = "A number."
            [settings.switched]
            type = "boolean"
            default = true
            description = "A switch."
            [settings.ratio]
            type = "double"
            default = 0.5
            description = "A ratio."
            [settings.absent]
            type = "text"
            description = "Not set."
            """,
        conf: "settings.name = \"Ada\"")

    @Test func `settings are read by their type`() async throws {
        try await PluginFixture.with(Self.core) { fixture in
            let answer = try await fixture.get("/core/settings")
            #expect(answer["seen"] == [0, 0, 0, 0, 4, 4, 3, 3, 3])
            #expect(answer["name"] == "Ada")
            #expect(answer["sum"] == 42)
            #expect(answer["ratio"] == 0.5)
            guard case .object(let all)? = answer["all"] else { return #expect(Bool(false), "no settings as JSON") }
            #expect(all["name"] == "Ada")
            #expect(all["switched"] == true)
        }
    }

    @Test func `local days have as many hours as they have`() async throws {
        try await PluginFixture.with(Self.core) { fixture in
            let days: JSONObject = ["hours": [23, 25, 23], "begins": -2, "date": 20541, "seen": [0, 4, 3, 4, 3]]
            try await fixture.expect("/core/days", answers: days)
        }
    }

    @Test func `metrics keep their kind, and their number is limited`() async throws {
        try await PluginFixture.with(Self.core) { fixture in
            let seen: JSONObject = ["seen": [0, 0, 0, 10, 3, 3, 3, 3, 3, 14]]
            try await fixture.expect("/core/metrics", answers: seen)
            let text = fixture.services.metrics.text
            #expect(text.contains("# TYPE core_things_total counter\ncore_things_total{colour=\"a \\\"b\\\"\\\\\\n\"} 5.0\n"))
            #expect(text.contains("core_seconds_bucket{le=\"0.025\"} 1\n"))
            #expect(text.contains("core_seconds_count 1\n"))
            #expect(text.contains("core_many{n=\"0\"} 0.0\n"))
            #expect(!text.contains("n=\"1099\""))
        }
    }

    @Test func `odd arguments are refused and harm nothing`() async throws {
        try await PluginFixture.with(Self.core) { fixture in
            let odds: JSONObject = [
                "version": 7, "ordered": true, "random": true, "seen": [3, 2, 3, 3, 3, 3, 3, 0, 0],
            ]
            try await fixture.expect("/core/odds", answers: odds)
            try await eventually("the work has run on a worker") { try await fixture.get("/core/seen")["status"] == 51 }
            #expect(fixture.log.lines.contains { $0.message == "one sentence" && $0.metadata["what"] == "odd" })
            #expect(fixture.log.lines.contains { $0.level == .info && $0.metadata["request_id"] == "test-/api/core/odds" })
            #expect(fixture.services.health.all.map(\.name) == ["core.upstream"])
        }
    }
}
