/*
 * Calls ?method= of rude/1 and tells what came of it. The caller itself does everything right.
 *
 *   /plain      outside of a transaction: {"call", "code", "output"}
 *   /call       begin, insert a row, call, commit: {"call", "code", "output", "commit"}
 *   /savepoint  begin, insert a row, begin a savepoint, call, roll back to the savepoint, commit: likewise
 *   /count      how many rows it has
 *
 * A request ends at 2 s, so that a provider that never replies is seen. It also provides rude-back/1 (deeper.h).
 */
#include "../deeper.h"
#include "../tables.h"

typedef struct job {
    instance *self;
    hearth_context request;
    hearth_context transaction;
    hearth_context savepoint;
    char method[32];
    int wants_transaction, wants_savepoint;
    hearth_status call;
    char code[64];
    char output[128];
} job;

static void finish(job *open, hearth_status commit)
{
    answer(open->self, open->request, 200, "{\"call\": %u, \"code\": \"%s\", \"output\": %s, \"commit\": %u}", open->call, open->code,
           open->output, commit);
    free(open);
}

static void committed(void *user, const hearth_error *error)
{
    finish(user, error != NULL ? error->status : HEARTH_OK);
}

static void commit(job *open)
{
    hearth_status status = open->self->database->commit(open->self->host, open->transaction, committed, open);
    if (status != HEARTH_OK) {
        finish(open, status);
    }
}

static void undone(void *user, const hearth_error *error)
{
    (void)error;
    commit(user);
}

static void called(void *user, const hearth_error *error, hearth_bytes output)
{
    job *open = user;
    open->call = error != NULL ? error->status : HEARTH_OK;
    if (error != NULL) {
        snprintf(open->code, sizeof open->code, "%.*s", (int)error->code.length, error->code.length > 0 ? error->code.data : "");
    } else {
        snprintf(open->output, sizeof open->output, "%.*s", (int)output.length, (const char *)output.data);
    }
    if (open->savepoint != 0) {
        hearth_status status = open->self->database->rollback(open->self->host, open->savepoint, undone, open);
        if (status != HEARTH_OK) {
            finish(open, status);
        }
    } else if (open->transaction != 0) {
        commit(open);
    } else {
        finish(open, HEARTH_OK);
    }
}

static void give_up(job *open, hearth_status status)
{
    open->call = status;
    finish(open, HEARTH_FAILED);
}

static void call(job *open, hearth_context context)
{
    hearth_status status = open->self->services->call(open->self->host, context, text("rude/1"), text(open->method),
                                                      (hearth_bytes){(const uint8_t *)"{}", 2}, NULL, called, open);
    if (status != HEARTH_OK) {
        give_up(open, status);
    }
}

static void begun_savepoint(void *user, const hearth_error *error, hearth_context savepoint)
{
    job *open = user;
    if (error != NULL) {
        give_up(open, error->status);
        return;
    }
    open->savepoint = savepoint;
    call(open, savepoint);
}

static void written(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    job *open = user;
    (void)results;
    (void)result_count;
    if (error != NULL) {
        give_up(open, error->status);
    } else if (open->wants_savepoint) {
        hearth_status status = open->self->database->begin(open->self->host, open->transaction, NULL, begun_savepoint, open);
        if (status != HEARTH_OK) {
            give_up(open, status);
        }
    } else {
        call(open, open->transaction);
    }
}

static void begun(void *user, const hearth_error *error, hearth_context transaction)
{
    job *open = user;
    instance *self = open->self;
    if (error != NULL) {
        give_up(open, error->status);
        return;
    }
    open->transaction = transaction;
    hearth_status status = insert_id(self, transaction, "INSERT INTO rude_caller (id) VALUES ($1)", written, open);
    if (status != HEARTH_OK) {
        give_up(open, status);
    }
}

static hearth_outcome start(instance *self, const hearth_request *request, int wants_transaction, int wants_savepoint)
{
    job *open = calloc(1, sizeof *open);
    if (open == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    hearth_string method = query_value(request, "method");
    open->self = self;
    open->request = request->context;
    open->wants_transaction = wants_transaction;
    open->wants_savepoint = wants_savepoint;
    snprintf(open->method, sizeof open->method, "%.*s", (int)method.length, method.data);
    strcpy(open->output, "null");
    if (!wants_transaction) {
        call(open, request->context);
        return HEARTH_HANDLER_PENDING;
    }
    if (self->database->begin(self->host, request->context, NULL, begun, open) == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(open);
    return HEARTH_HANDLER_FAILED;
}

static hearth_outcome call_plain(void *user, const hearth_request *request)
{
    return start(user, request, 0, 0);
}

static hearth_outcome call_in_transaction(void *user, const hearth_request *request)
{
    return start(user, request, 1, 0);
}

static hearth_outcome call_in_savepoint(void *user, const hearth_request *request)
{
    return start(user, request, 1, 1);
}

static hearth_outcome count(void *user, const hearth_request *request)
{
    return serve_count(user, request, "SELECT COUNT(*) FROM rude_caller");
}

static hearth_outcome call_back(void *user, const hearth_call *call)
{
    return go_deeper(user, call, "rude/1");
}

static hearth_status set_up(instance *self)
{
    static const served routes[] = {
        ROUTE("GET", "/rude-caller/plain", call_plain, .deadline = 2000),
        ROUTE("GET", "/rude-caller/call", call_in_transaction, .deadline = 2000),
        ROUTE("GET", "/rude-caller/savepoint", call_in_savepoint, .deadline = 2000),
        ROUTE("GET", "/rude-caller/count", count),
    };
    hearth_service service = {
        .size = sizeof service,
        .name = text("rude-back/1"),
        .schema = text("{\"deeper\": {\"description\": \"Calls rude/1\", \"input\": {\"type\": \"object\"}}}"),
        .handle = call_back,
        .user = self,
    };
    hearth_status status = self->services->provide(self->host, &service);
    return status == HEARTH_OK ? SERVE_ALL(self, routes) : status;
}

PLUGIN("rude-caller")
