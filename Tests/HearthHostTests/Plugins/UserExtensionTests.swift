import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import HearthThreads
import NIOCore
import Testing

@testable import HearthHost

@Suite struct UserExtensionTests {
    /// A facet and an observer whose behaviour a setting decides.
    private static func members(_ id: String, _ behaviour: String) -> PluginSource {
        PluginSource(
            id: id,
            code: """
                static hearth_string behaviour(instance *self)
                {
                    hearth_string value = {"", 0};
                    self->core->setting_text(self->host, text("behaviour"), &value);
                    return value;
                }
                static int behaves(instance *self, const char *word)
                {
                    hearth_string value = behaviour(self);
                    return value.length == strlen(word) && memcmp(value.data, word, value.length) == 0;
                }
                static hearth_status say(instance *self, hearth_context context, const char *json)
                {
                    return self->users->answer_facet(self->host, context, (hearth_bytes){(const uint8_t *)json, strlen(json)});
                }
                static void say_late(instance *self, hearth_context context) { note(self, say(self, context, "[{}, {}]")); }
                static hearth_outcome read(void *user, const hearth_facet_request *request)
                {
                    instance *self = user;
                    if (behaves(self, "fails")) return HEARTH_HANDLER_FAILED;
                    if (behaves(self, "late")) return later(self, request->context, 3000, say_late);
                    if (behaves(self, "wrong")) { note(self, say(self, request->context, "{\\"level\\": 3}")); return HEARTH_HANDLER_DONE; }
                    if (behaves(self, "short")) { note(self, say(self, request->context, "[{\\"level\\": 3}]")); return HEARTH_HANDLER_DONE; }
                    hearth_context context = request->context;
                    char json[200];
                    snprintf(json, sizeof json, "[{\\"\(id)_level\\": %d, \\"username\\": \\"stolen\\"}, null]", request->is_public ? 1 : 2);
                    if (request->user_count != 2 || request->user_ids[16] != 2) abort();
                    say(self, context, json);
                    note(self, say(self, context, json));
                    return HEARTH_HANDLER_DONE;
                }
                typedef struct step { instance *self; hearth_context context; } step;
                static void written(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
                {
                    step *s = user;
                    s->self->users->answer_observer(s->self->host, s->context, error, (hearth_bytes){NULL, 0});
                    free(s);
                }
                static hearth_outcome observe(void *user, const hearth_user_change *change)
                {
                    instance *self = user;
                    if (behaves(self, "vetoes")) {
                        hearth_error error = {.size = sizeof error, .status = HEARTH_DENIED, .message = text("Not today")};
                        self->users->answer_observer(self->host, change->context, &error, (hearth_bytes){NULL, 0});
                        return HEARTH_HANDLER_DONE;
                    }
                    if (behaves(self, "fails")) return HEARTH_HANDLER_FAILED;
                    step *s = malloc(sizeof *s);
                    *s = (step){self, change->context};
                    hearth_statement statement = {.size = sizeof statement, .sql = text("INSERT INTO \(id) (id) VALUES (1)")};
                    if (self->database->query(self->host, change->context, &statement, written, s) != HEARTH_OK) abort();
                    return HEARTH_HANDLER_PENDING;
                }
                static hearth_status set_up(instance *self)
                {
                    hearth_facet facet = {.size = sizeof facet, .name = text("\(id)"), .read = read, .user = self,
                        .schema = text("{\\"type\\": \\"object\\", \\"properties\\": {\\"\(id)_level\\": {\\"type\\": \\"integer\\"}}}")};
                    hearth_user_observer observer = {.size = sizeof observer, .events = 1 << HEARTH_USER_CREATED, .observe = observe, .user = self};
                    hearth_status status = self->users->add_facet(self->host, &facet);
                    return status == HEARTH_OK ? self->users->add_observer(self->host, &observer) : status;
                }
                PLUGIN("\(id)")
                """,
            manifest: "[settings.behaviour]\ntype = \"text\"\ndefault = \"\"\ndescription = \"How it behaves.\"",
            conf: "settings.behaviour = \"\(behaviour)\"", migration: "CREATE TABLE \(id) (id integer PRIMARY KEY);")
    }

    private static let users = [
        DatabaseUUID(high: 0x0101_0101_0101_0101, low: 1), DatabaseUUID(high: 0x0202_0202_0202_0202, low: 2),
    ]

    private static let request = RoutedRequest(
        id: "facets", method: .get, path: "/api/users", queryText: "", pathValues: [], query: [], headers: [:], body: .none,
        actor: nil, deadline: .after(.seconds(30)), remoteAddress: nil)

    @Test func `facets add the members that they declared, and no others`() async throws {
        try await PluginFixture.with(Self.members("guild", "")) { fixture in
            let extensions = fixture.services.userExtensions
            let own: [JSONObject] = [["guild_level": 2], [:]]
            let shown: [JSONObject] = [["guild_level": 1], [:]]
            #expect(await extensions.read(Self.users, isPublic: false, request: Self.request) == own)
            #expect(await extensions.read(Self.users, isPublic: true, request: Self.request) == shown)
            let second = try await fixture.get("/guild/seen")["status"]
            #expect(second == 2, "a second answer is stale")
            #expect(extensions.members["guild_level"] != nil)
        }
    }

    @Test(arguments: ["fails", "late", "wrong", "short"])
    func `a facet that does not answer properly is left out`(behaviour: String) async throws {
        try await PluginFixture.with(Self.members("guild", behaviour), Self.members("badges", "")) { fixture in
            let objects = await fixture.services.userExtensions.read(Self.users, isPublic: false, request: Self.request)
            let left: [JSONObject] = [["badges_level": 2], [:]]
            #expect(objects == left)
            #expect(fixture.complaints.contains { $0.metadata["plugin"] == "guild" })
            try await eventually("all have let go") { fixture.services.contexts.open.isEmpty }
        }
    }

    @Test func `a member that somebody has cannot be taken`() async throws {
        var second = Self.members("guild", "")
        second.id = "rival"
        second.code = second.code.replacing("PLUGIN(\"guild\")", with: "PLUGIN(\"rival\")")
            .replacing(".name = text(\"guild\")", with: ".name = text(\"rival\")")
        second.migration = nil
        let rival = second
        try await PluginFixture.empty { fixture in
            var message = ""
            do { try await fixture.load([Self.members("guild", ""), rival]) } catch let failure as PluginFailure {
                message = failure.description
            }
            #expect(message.contains("guild_level"), "\(message)")
            #expect(message.contains("rival") && message.contains("guild"), "\(message)")
        }
    }

    private func create(_ fixture: PluginFixture) async throws -> String {
        do {
            try await fixture.services.database.transaction(TransactionOptions(scope: .host)) { transaction in
                try await fixture.services.userExtensions.notify(.created, user: Self.users[0], changes: [:], in: transaction)
            }
            return "created"
        } catch let error as HTTPError { return "\(error.status.code) \(error.detail)" }
    }

    private func rows(_ fixture: PluginFixture) async throws -> Int64? {
        try await fixture.services.database.query(
            "SELECT count(*) FROM guild", columns: [DatabaseType.integer], scope: .host
        ).integer(0, 0)
    }

    @Test func `an observer writes in the transaction of the step`() async throws {
        try await PluginFixture.with(Self.members("guild", "")) { fixture in
            let outcome = try await create(fixture)
            #expect(outcome == "created")
            let rows = try await rows(fixture)
            #expect(rows == 1)
        }
    }

    @Test func `one observer that says no undoes the step for all`() async throws {
        try await PluginFixture.with(Self.members("guild", ""), Self.members("warden", "vetoes")) { fixture in
            let outcome = try await create(fixture)
            #expect(outcome == "400 Not today")
            let rows = try await rows(fixture)
            #expect(rows == 0)
        }
    }
}
