import HTTPTypes
import HearthHTTP
import HearthJSON
import HearthThreads
import Testing

@testable import HearthHost

@Suite struct PluginStatisticsTests {
    /// A plugin that counts, whose behaviour a setting decides.
    private static func counting(_ id: String, _ behaviour: String = "", members: String = "") -> PluginSource {
        let members = members.isEmpty ? "\(id)_members" : members
        return PluginSource(
            id: id,
            code: """
                static int behaves(instance *self, const char *word)
                {
                    hearth_string value = {"", 0};
                    self->core->setting_text(self->host, text("behaviour"), &value);
                    return value.length == strlen(word) && memcmp(value.data, word, value.length) == 0;
                }
                static hearth_status say(instance *self, hearth_context context, const char *json)
                {
                    return self->services->reply(self->host, context, (hearth_bytes){(const uint8_t *)json, strlen(json)});
                }
                static void say_late(instance *self, hearth_context context) { note(self, say(self, context, "{}")); }
                static hearth_outcome handle(void *user, const hearth_call *call)
                {
                    instance *self = user;
                    // The host calls, and it is no plugin.
                    if (call->caller.length != 0) abort();
                    if (behaves(self, "fails")) return HEARTH_HANDLER_FAILED;
                    if (behaves(self, "late")) return later(self, call->context, 3000, say_late);
                    say(self, call->context, behaves(self, "wrong") ? "[7]" : "{\\"\(members)\\": 7, \\"users\\": 0, \\"other\\": 1}");
                    return HEARTH_HANDLER_DONE;
                }
                static hearth_status set_up(instance *self)
                {
                    hearth_service service = {.size = sizeof service, .name = text("\(id)_statistics/1"), .handle = handle, .user = self,
                        .schema = text("{\\"\(behaviour == "nameless" ? "count" : "read")\\": {\\"output\\": {\\"type\\": \\"object\\", \\"properties\\": {\\"\(members)\\": {\\"type\\": \\"integer\\"}}}}}")};
                    return self->services->provide(self->host, &service);
                }
                PLUGIN("\(id)")
                """,
            manifest: """
                provides = ["\(id)_statistics/1"]
                [settings.behaviour]
                type = "text"
                default = ""
                description = "How it behaves."
                """, conf: "settings.behaviour = \"\(behaviour)\"")
    }

    private static let request = RoutedRequest(
        id: "statistics", method: .get, path: "/api/admin/stats", queryText: "", pathValues: [], query: [], headers: [:],
        body: .none, actor: nil, deadline: .after(.seconds(30)), remoteAddress: nil)

    @Test func `plugins add the members that they declared, and no others`() async throws {
        try await PluginFixture.with(Self.counting("guild"), Self.counting("arcade")) { fixture in
            let statistics = fixture.services.statistics
            let read = await statistics.read(for: Self.request)
            #expect(read == ["guild_members": 7, "arcade_members": 7])
            #expect(statistics.members == ["guild_members": ["type": "integer"], "arcade_members": ["type": "integer"]])
        }
    }

    @Test(arguments: ["fails", "late", "wrong"])
    func `a plugin that does not answer properly is left out, and named`(behaviour: String) async throws {
        try await PluginFixture.with(Self.counting("guild", behaviour), Self.counting("arcade")) { fixture in
            let read = await fixture.services.statistics.read(for: Self.request)
            #expect(read == ["arcade_members": 7])
            let isNamed = fixture.complaints.contains { $0.metadata["plugin"] == "guild" && $0.metadata["reason"] != nil }
            #expect(isNamed)
            try await eventually("all have let go") { fixture.services.contexts.open.isEmpty }
        }
    }

    @Test(arguments: [
        ("", "users", "users of the statistics is the host's"),
        ("", "arcade_members", "arcade_members of the statistics is arcade's already"),
        ("nameless", "", "guild_statistics/1 needs a method `read`"),
    ])
    func `a member that somebody has, or a service without its method, is refused`(
        behaviour: String, members: String, reason: String
    ) async throws {
        try await PluginFixture.empty { fixture in
            var message = ""
            do {
                try await fixture.load([Self.counting("arcade"), Self.counting("guild", behaviour, members: members)])
            } catch let failure as PluginFailure { message = failure.description }
            #expect(message.contains(reason), "\(message)")
            #expect(message.contains("guild"), "\(message)")
        }
    }
}
