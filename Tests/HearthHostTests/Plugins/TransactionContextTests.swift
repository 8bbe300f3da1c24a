import HearthDatabase
import HearthJSON
import Logging
import Testing

@testable import HearthHost

@Suite struct TransactionContextTests {
    /// Plugins in whose flows each step notes what the host answered, in `seen`.
    private static let flow = """
        typedef struct flow {
            instance *self;
            hearth_context request, transaction, savepoint;
            uint32_t seen[16], count;
        } flow;
        static void see(flow *f, uint32_t value) { f->seen[f->count++] = value; }
        static void see_error(flow *f, const hearth_error *error) { see(f, error == NULL ? 0 : error->status); }
        static void finish(flow *f)
        {
            char list[200] = "";
            for (uint32_t i = 0; i < f->count; i++) snprintf(list + strlen(list), 12, "%s%u", i > 0 ? ", " : "", f->seen[i]);
            answer(f->self, f->request, 200, "{\\"seen\\": [%s]}", list);
            free(f);
        }
        /* Ends the flow when a call that has to be accepted is not. */
        static void must(flow *f, hearth_status status)
        {
            if (status == HEARTH_OK) return;
            see(f, 900 + status);
            finish(f);
        }
        static hearth_status sql(flow *f, hearth_context context, const char *words, hearth_results done)
        {
            hearth_statement statement = {.size = sizeof statement, .sql = text(words)};
            return f->self->database->query(f->self->host, context, &statement, done, f);
        }
        static void no_rows(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count) { abort(); }
        static void not_begun(void *user, const hearth_error *error, hearth_context transaction) { abort(); }
        static void not_done(void *user, const hearth_error *error) { abort(); }
        static hearth_status begin(flow *f, hearth_context context, hearth_begun done)
        {
            return f->self->database->begin(f->self->host, context, NULL, done, f);
        }
        static hearth_status commit(flow *f, hearth_context context, hearth_done done)
        {
            return f->self->database->commit(f->self->host, context, done, f);
        }
        static flow *begin_flow(void *user, const hearth_request *request)
        {
            flow *f = calloc(1, sizeof *f);
            f->self = user;
            f->request = request->context;
            return f;
        }
        #define INSERT "INSERT INTO ledger (id, name) VALUES (1, 'one')"
        #define CONFLICT "INSERT INTO ledger (id, name) VALUES (7, 'seven')"
        """

    private static let ledger = PluginSource(
        id: "ledger",
        code: flow + """

            /* The rules of contexts while a transaction is open. */
            static void rules_over(void *user, const hearth_error *error)
            {
                flow *f = user;
                see_error(f, error);
                see(f, sql(f, f->transaction, INSERT, no_rows));
                see(f, commit(f, f->transaction, not_done));
                finish(f);
            }
            static void rules_inserted(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                flow *f = user;
                see_error(f, error);
                see(f, (uint32_t)results[0]->affected);
                must(f, commit(f, f->transaction, rules_over));
            }
            static void rules_begun(void *user, const hearth_error *error, hearth_context transaction)
            {
                flow *f = user;
                f->transaction = transaction;
                see_error(f, error);
                see(f, sql(f, f->request, INSERT, no_rows));
                see(f, begin(f, f->request, not_begun));
                see(f, commit(f, f->request, not_done));
                hearth_statement statement = {.size = sizeof statement, .sql = text(INSERT)};
                f->self->seen = 0;
                /* All that follows is noted before the statement is sent: its completion may come at once. */
                must(f, f->self->database->query(f->self->host, transaction, &statement, rules_inserted, f));
            }
            static hearth_outcome rules(void *user, const hearth_request *request)
            {
                flow *f = begin_flow(user, request);
                must(f, begin(f, f->request, rules_begun));
                return HEARTH_HANDLER_PENDING;
            }

            /* A failed statement spoils the transaction. */
            static void spoiled_over(void *user, const hearth_error *error) { see_error(user, error); finish(user); }
            static void spoiled_again(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                flow *f = user;
                see_error(f, error);
                must(f, commit(f, f->transaction, spoiled_over));
            }
            static void spoiled_first(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                flow *f = user;
                see_error(f, error);
                must(f, sql(f, f->transaction, INSERT, spoiled_again));
            }
            static void spoiled_begun(void *user, const hearth_error *error, hearth_context transaction)
            {
                flow *f = user;
                f->transaction = transaction;
                must(f, sql(f, transaction, CONFLICT, spoiled_first));
            }
            static hearth_outcome spoiled(void *user, const hearth_request *request)
            {
                flow *f = begin_flow(user, request);
                must(f, begin(f, f->request, spoiled_begun));
                return HEARTH_HANDLER_PENDING;
            }

            /* In a savepoint it does not. */
            static void saved_over(void *user, const hearth_error *error) { see_error(user, error); finish(user); }
            static void saved_inserted(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                flow *f = user;
                see_error(f, error);
                must(f, commit(f, f->transaction, saved_over));
            }
            static void saved_undone(void *user, const hearth_error *error)
            {
                flow *f = user;
                see_error(f, error);
                must(f, sql(f, f->transaction, INSERT, saved_inserted));
            }
            static void saved_failed(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                flow *f = user;
                see_error(f, error);
                must(f, f->self->database->rollback(f->self->host, f->savepoint, saved_undone, f));
            }
            static void saved_set(void *user, const hearth_error *error, hearth_context savepoint)
            {
                flow *f = user;
                f->savepoint = savepoint;
                see_error(f, error);
                see(f, sql(f, f->transaction, INSERT, no_rows));
                see(f, commit(f, f->transaction, not_done));
                must(f, sql(f, savepoint, CONFLICT, saved_failed));
            }
            static void saved_begun(void *user, const hearth_error *error, hearth_context transaction)
            {
                flow *f = user;
                f->transaction = transaction;
                must(f, begin(f, transaction, saved_set));
            }
            static hearth_outcome saved(void *user, const hearth_request *request)
            {
                flow *f = begin_flow(user, request);
                must(f, begin(f, f->request, saved_begun));
                return HEARTH_HANDLER_PENDING;
            }

            /* Answers with a transaction and a savepoint left open, and something in them. */
            static void left_inserted(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                see_error(user, error);
                finish(user);
            }
            static void left_set(void *user, const hearth_error *error, hearth_context savepoint)
            {
                must(user, sql(user, savepoint, INSERT, left_inserted));
            }
            static void left_begun(void *user, const hearth_error *error, hearth_context transaction)
            {
                must(user, begin(user, transaction, left_set));
            }
            static hearth_outcome left(void *user, const hearth_request *request)
            {
                flow *f = begin_flow(user, request);
                must(f, begin(f, f->request, left_begun));
                return HEARTH_HANDLER_PENDING;
            }

            static void counted(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t count)
            {
                see_error(user, error);
                see(user, error == NULL ? (uint32_t)results[0]->values[0].as.integer : 0);
                finish(user);
            }
            static hearth_outcome rows(void *user, const hearth_request *request)
            {
                flow *f = begin_flow(user, request);
                hearth_type type = HEARTH_INTEGER;
                hearth_statement statement = {.size = sizeof statement, .sql = text("SELECT count(*) FROM ledger"),
                    .columns = &type, .column_count = 1};
                must(f, f->self->database->query(f->self->host, f->request, &statement, counted, f));
                return HEARTH_HANDLER_PENDING;
            }

            /* Arguments that no sane plugin passes. */
            static hearth_outcome nonsense(void *user, const hearth_request *request)
            {
                flow *f = begin_flow(user, request);
                const hearth_database *database = f->self->database;
                const hearth_host *host = f->self->host;
                hearth_type odd_type = 99;
                hearth_value odd_value = {.type = 77}, no_text = {.type = HEARTH_TEXT, .as.bytes = {NULL, 5}};
                hearth_statement no_sql = {.size = sizeof no_sql};
                hearth_statement tiny = {.size = 4, .sql = text(INSERT)};
                hearth_statement not_utf8 = {.size = sizeof not_utf8, .sql = {"\\xff\\xfe", 2}};
                hearth_statement columns = {.size = sizeof columns, .sql = text(INSERT), .columns = &odd_type, .column_count = 1};
                hearth_statement value = {.size = sizeof value, .sql = text(INSERT), .parameters = &odd_value, .parameter_count = 1};
                hearth_statement missing = {.size = sizeof missing, .sql = text(INSERT), .parameter_count = 3};
                hearth_statement hollow = {.size = sizeof hollow, .sql = text(INSERT), .parameters = &no_text, .parameter_count = 1};
                const hearth_statement *bad[] = {NULL, &no_sql, &tiny, &not_utf8, &columns, &value, &missing, &hollow};
                for (int i = 0; i < 8; i++) see(f, database->query(host, f->request, bad[i], no_rows, f));
                see(f, database->query(host, f->request, &value, NULL, f));
                see(f, database->batch(host, f->request, NULL, 2, no_rows, f));
                see(f, database->batch(host, f->request, bad, 1001, no_rows, f));
                hearth_transaction_options options = {.size = sizeof options, .isolation = 88};
                see(f, database->begin(host, f->request, &options, not_begun, f));
                see(f, database->query(host, 0, &value, no_rows, f) == HEARTH_STALE);
                see(f, database->query(host, UINT64_MAX, &value, no_rows, f) == HEARTH_STALE);
                finish(f);
                return HEARTH_HANDLER_PENDING;
            }

            static hearth_status set_up(instance *self)
            {
                return serve(self, "GET", "/ledger/rules", rules, 0, 0) | serve(self, "GET", "/ledger/spoiled", spoiled, 0, 0)
                    | serve(self, "GET", "/ledger/saved", saved, 0, 0) | serve(self, "GET", "/ledger/left", left, 0, 0)
                    | serve(self, "GET", "/ledger/rows", rows, 0, 0) | serve(self, "GET", "/ledger/nonsense", nonsense, 0, 0);
            }
            PLUGIN("ledger")
            """,
        migration: "CREATE TABLE ledger (id integer PRIMARY KEY, name text CONSTRAINT ledger_name UNIQUE);")

    private func withLedger(_ body: (PluginFixture) async throws -> Void) async throws {
        try await PluginFixture.with(Self.ledger) { fixture in
            _ = try await fixture.services.database.query(
                "INSERT INTO ledger (id, name) VALUES (7, 'seven')", scope: .plugin("ledger"))
            try await body(fixture)
        }
    }

    @Test func `while a transaction is open only its own context works, and after the commit none`() async throws {
        try await withLedger { fixture in
            let seen: JSONObject = ["seen": [0, 7, 7, 5, 0, 1, 0, 2, 2]]
            try await fixture.expect("/ledger/rules", answers: seen)
            let rows: JSONObject = ["seen": [0, 2]]
            try await fixture.expect("/ledger/rows", answers: rows)
        }
    }

    @Test func `after a failed statement a transaction can only be rolled back`() async throws {
        try await withLedger { fixture in
            let seen: JSONObject = ["seen": [10, 13, 13]]
            try await fixture.expect("/ledger/spoiled", answers: seen)
            let rows: JSONObject = ["seen": [0, 1]]
            try await fixture.expect("/ledger/rows", answers: rows)
        }
    }

    @Test func `a savepoint keeps a failure from its transaction, which waits for it`() async throws {
        try await withLedger { fixture in
            let seen: JSONObject = ["seen": [0, 7, 7, 10, 0, 0, 0]]
            try await fixture.expect("/ledger/saved", answers: seen)
            let rows: JSONObject = ["seen": [0, 2]]
            try await fixture.expect("/ledger/rows", answers: rows)
        }
    }

    @Test func `what is left open with the request is rolled back and reported`() async throws {
        try await withLedger { fixture in
            let seen: JSONObject = ["seen": [0]]
            try await fixture.expect("/ledger/left", answers: seen)
            let rows: JSONObject = ["seen": [0, 1]]
            try await fixture.expect("/ledger/rows", answers: rows)
            #expect(fixture.services.contexts.open.isEmpty, "the contexts of the savepoint and the transaction are over")
            #expect(fixture.complaints.contains { $0.metadata["plugin"] == "ledger" && $0.level == .error })
        }
    }

    @Test func `nonsense is refused and harms nothing`() async throws {
        try await withLedger { fixture in
            let seen: JSONObject = ["seen": [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1]]
            try await fixture.expect("/ledger/nonsense", answers: seen)
            let rows: JSONObject = ["seen": [0, 1]]
            try await fixture.expect("/ledger/rows", answers: rows)
        }
    }
}
