import Foundation
import HearthDatabase
import HearthJSON
import HearthJobs
import Testing

@testable import HearthHost

/// `hearth.mail/1` as a plugin in C calls it. Tests/Contract/test_mail.py follows mails to a mail server.
@Suite struct MailInterfaceTests {
    private static let mailer = PluginSource(
        id: "mailer",
        code: """
            static const hearth_mail *mail;
            typedef struct sending { instance *self; hearth_context request; } sending;

            static void sent(void *user, const hearth_error *error)
            {
                sending *s = user;
                answer_error(s->self, s->request, error);
                free(s);
            }
            static hearth_outcome send_mail(void *user, const hearth_request *request)
            {
                static const uint8_t nobody[16] = {1};
                sending *s = malloc(sizeof *s);
                *s = (sending){user, request->context};
                hearth_string values = query_value(request, "values");
                hearth_mail_message message = {.size = sizeof message, .mail = query_value(request, "mail"),
                    .address = query_value(request, "address"), .language = query_value(request, "language"),
                    .key = query_value(request, "key"), .user_id = query_number(request, "nobody", 0) ? nobody : NULL,
                    .values = {(const uint8_t *)values.data, values.length}};
                if (query_number(request, "many", 0) > 0) message.values.length = query_number(request, "many", 0);
                hearth_status status = mail->send(s->self->host, request->context, &message, sent, s);
                if (status == HEARTH_OK) return HEARTH_HANDLER_PENDING;
                answer(s->self, request->context, 200, "{\\"refused\\": %u}", status);
                free(s);
                return HEARTH_HANDLER_DONE;
            }
            static hearth_status set_up(instance *self)
            {
                mail = self->host->get_interface(self->host, text(HEARTH_MAIL_1));
                const char *names[] = {NAMES};
                for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
                    hearth_status status = mail->add(self->host, text(names[i]));
                    if (status != HEARTH_OK) return status;
                }
                return serve(self, "GET", "/mailer/send", send_mail, 0, 0);
            }
            PLUGIN("mailer")
            """, wants: ["core", "http", "mail"])

    private func with(
        _ names: String, templates: [String: String] = ["tea.en.txt": "Subject: Tea\n\nTea is ready."],
        _ body: (PluginFixture, PluginSource) async throws -> Void
    ) async throws {
        var source = Self.mailer
        source.code = source.code.replacing("NAMES", with: names)
        try await PluginFixture.empty { fixture in
            let folder = fixture.folder + "/plugins/mailer/templates/mail"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in templates { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
            try await body(fixture, source)
        }
    }

    @Test func `what is right is enqueued, and each mistake has its status`() async throws {
        try await with(#""tea""#) { fixture, source in
            try await HostMigrations.withRunner(fixture.services.database, now: { 0 }) { _ = try await $0.up() }
            try await fixture.load([source])
            func status(_ query: String) async throws -> Int64? {
                let answer = try await fixture.get("/mailer/send", query: query)
                return if case .integer(let status)? = answer["refused"] { status } else { nil }
            }
            for (query, expected) in [
                ("mail=coffee&address=a@example.org", Status.notFound), ("mail=tea", Status.invalid),
                ("mail=tea&address=a", Status.invalid), ("mail=tea&address=a@example.org%0D%0ABcc:b@example.org", Status.invalid),
                ("mail=tea&address=a@example.org&nobody=1", Status.invalid),
                ("mail=tea&address=a@example.org&language=f%0A", Status.invalid),
                ("mail=tea&address=a@example.org&values=[]", Status.invalid),
                ("mail=tea&address=a@example.org&values={&many=300000", Status.tooLarge),
                ("mail=tea&address=a@example.org&key=" + String(repeating: "k", count: 401), Status.invalid),
            ] {
                #expect(try await status(query) == Int64(expected), "\(query)")
            }
            for _ in 0..<2 {
                try await fixture.expect(
                    "/mailer/send", query: "mail=tea&address=a@example.org&language=fr&values={%22n%22:1}&key=once",
                    answers: ["status": 0, "code": "", "message": ""])
            }
            let jobs = try await fixture.services.jobs.store.list(JobFilter(queue: "hearth.mail.mailer"))
            #expect(jobs.count == 1)
            let order = try #require(jobs.first.flatMap { MailOrder($0.payload) })
            #expect(order == MailOrder(mail: "tea", recipient: .address("a@example.org"), language: "fr", values: ["n": 1]))
        }
    }

    @Test(arguments: [
        (#""tea", "tea""#, "the mail tea is added twice"), (#""Tea""#, "a mail needs a name of lower-case letters"),
        (#""_tea""#, "a mail needs a name of lower-case letters"),
        (#""tea", "coffee""#, "templates/mail: there is no coffee.LANGUAGE.txt"),
        (#""bad""#, "templates/mail/bad.en.txt:3: a section does not end"),
    ])
    func `a mail that is missing or wrong refuses the start`(names: String, reason: String) async throws {
        let templates = ["tea.en.txt": "Subject: x\n\n", "bad.en.txt": "Subject: x\n\n{{#a}}"]
        try await with(names, templates: templates) { fixture, source in
            let refusal = try await fixture.refusal(of: source)
            #expect(refusal.contains(reason), "\(refusal)")
        }
    }

    @Test func `a template of the operator's that nobody would use refuses the start`() async throws {
        try await with(#""tea""#) { fixture, source in
            let own = fixture.folder + "/templates/mail/mailer"
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            try "Subject: x\n\n".write(toFile: own + "/taa.en.txt", atomically: true, encoding: .utf8)
            let refusal = try await fixture.refusal(of: source)
            #expect(refusal.hasSuffix("taa.en.txt: expected NAME.LANGUAGE.txt or .html of a mail of this plugin, which has tea"))
        }
    }
}
