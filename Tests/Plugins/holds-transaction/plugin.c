/*
 * Rule: a transaction that is open for longer than 5 s is rolled back and the plugin named in the log; one that is
 * open when its request is answered is rolled back with it. Nothing of either remains (GET /holds-transaction/count).
 *
 *   /leave   writes a row in a transaction and answers without ending it
 *   /hold    writes a row, waits (6 s, or ?milliseconds=) and commits: answers {"commit": status}, which is
 *            HEARTH_STALE or HEARTH_ROLLED_BACK
 */
#include "../tables.h"

typedef struct held {
    instance *self;
    hearth_context context;
    hearth_context transaction;
    uint32_t milliseconds; /* 0: leave at once */
} held;

static void answer_commit(held *open, hearth_status status)
{
    answer(open->self, open->context, 200, "{\"commit\": %u}", status);
    free(open);
}

static void committed(void *user, const hearth_error *error)
{
    answer_commit(user, error != NULL ? error->status : HEARTH_OK);
}

static void *commit_late(void *argument)
{
    held *open = argument;
    instance *self = open->self;
    sleep_milliseconds(open->milliseconds);
    hearth_status status = self->database->commit(self->host, open->transaction, committed, open);
    if (status != HEARTH_OK) {
        answer_commit(open, status);
    }
    __atomic_sub_fetch(&self->threads, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void written(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    held *open = user;
    instance *self = open->self;
    pthread_t thread;
    (void)results;
    (void)result_count;
    if (error != NULL || open->milliseconds == 0) {
        answer_error(self, open->context, error);
        free(open);
        return;
    }
    __atomic_add_fetch(&self->threads, 1, __ATOMIC_SEQ_CST);
    if (pthread_create(&thread, NULL, commit_late, open) != 0) {
        __atomic_sub_fetch(&self->threads, 1, __ATOMIC_SEQ_CST);
        self->http->fail(self->host, open->context, 500, text("no thread"), text(""));
        free(open);
        return;
    }
    pthread_detach(thread);
}

static void begun(void *user, const hearth_error *error, hearth_context transaction)
{
    held *open = user;
    instance *self = open->self;
    if (error != NULL) {
        answer_error(self, open->context, error);
        free(open);
        return;
    }
    open->transaction = transaction;
    hearth_status status = insert_id(self, transaction, "INSERT INTO holds_transaction (id) VALUES ($1)", written, open);
    if (status != HEARTH_OK) {
        self->http->fail(self->host, open->context, 500, text("the insert was not accepted"), text(""));
        free(open);
    }
}

static hearth_outcome begin(instance *self, const hearth_request *request, uint32_t milliseconds)
{
    held *open = malloc(sizeof *open);
    if (open == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *open = (held){self, request->context, 0, milliseconds};
    if (self->database->begin(self->host, request->context, NULL, begun, open) == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(open);
    return HEARTH_HANDLER_FAILED;
}

static hearth_outcome leave(void *user, const hearth_request *request)
{
    return begin(user, request, 0);
}

static hearth_outcome hold(void *user, const hearth_request *request)
{
    return begin(user, request, query_number(request, "milliseconds", 6000));
}

static hearth_outcome count(void *user, const hearth_request *request)
{
    return serve_count(user, request, "SELECT COUNT(*) FROM holds_transaction");
}

static hearth_status set_up(instance *self)
{
    static const served routes[] = {
        ROUTE("GET", "/holds-transaction/leave", leave),
        ROUTE("GET", "/holds-transaction/hold", hold, .deadline = 60000),
        ROUTE("GET", "/holds-transaction/count", count),
    };
    return SERVE_ALL(self, routes);
}

PLUGIN("holds-transaction")
