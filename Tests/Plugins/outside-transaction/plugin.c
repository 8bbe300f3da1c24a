/*
 * Rule: while a context has an open transaction, calls on the context itself are HEARTH_BUSY: a second connection on
 * behalf of the same request could wait for the first one for ever. GET /outside-transaction/query answers the statuses
 * of a query and of a begin on the request while its transaction is open, and of a query after the transaction is over.
 */
#include "../tables.h"

typedef struct attempt {
    instance *self;
    hearth_context context;
    hearth_status query; /* while the transaction is open */
    hearth_status begin;
} attempt;

/* Completions of calls that must not be accepted. */
static void never_queried(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    (void)user;
    (void)error;
    (void)results;
    (void)result_count;
}

static void never_begun(void *user, const hearth_error *error, hearth_context transaction)
{
    (void)user;
    (void)error;
    (void)transaction;
}

static void counted(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    attempt done = *(attempt *)user;
    free(user);
    (void)results;
    (void)result_count;
    answer(done.self, done.context, 200, "{\"query\": %u, \"begin\": %u, \"after\": %u}", done.query, done.begin,
           error != NULL ? error->status : HEARTH_OK);
}

static void rolled_back(void *user, const hearth_error *error)
{
    attempt *open = user;
    hearth_statement statement = count_statement("SELECT COUNT(*) FROM outside_transaction");
    hearth_status status = error != NULL
        ? error->status
        : open->self->database->query(open->self->host, open->context, &statement, counted, open);
    if (status != HEARTH_OK) {
        answer(open->self, open->context, 200, "{\"query\": %u, \"begin\": %u, \"after\": %u}", open->query, open->begin, status);
        free(open);
    }
}

static void begun(void *user, const hearth_error *error, hearth_context transaction)
{
    attempt *open = user;
    instance *self = open->self;
    if (error != NULL) {
        answer_error(self, open->context, error);
        free(open);
        return;
    }
    hearth_statement statement = count_statement("SELECT COUNT(*) FROM outside_transaction");
    open->query = self->database->query(self->host, open->context, &statement, never_queried, NULL);
    open->begin = self->database->begin(self->host, open->context, NULL, never_begun, NULL);
    hearth_status status = self->database->rollback(self->host, transaction, rolled_back, open);
    if (status != HEARTH_OK) {
        self->http->fail(self->host, open->context, 500, text("rollback was not accepted"), text(""));
        free(open);
    }
}

static hearth_outcome handle(void *user, const hearth_request *request)
{
    instance *self = user;
    attempt *open = malloc(sizeof *open);
    if (open == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *open = (attempt){self, request->context, HEARTH_OK, HEARTH_OK};
    if (self->database->begin(self->host, request->context, NULL, begun, open) == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(open);
    return HEARTH_HANDLER_FAILED;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/outside-transaction/query", handle, 0, 0);
}

PLUGIN("outside-transaction")
