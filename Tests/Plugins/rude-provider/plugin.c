/*
 * A provider of rude/1 that breaks the rules of service calls, one a method. Each takes any object and replies
 * {"status": n}, what the host answered to the forbidden call:
 *
 *   commit     commits its caller's transaction: HEARTH_DENIED; rollback likewise
 *   savepoint  begins a savepoint and replies while it is open: the reply is HEARTH_BUSY (see /seen), the caller fails
 *   keep       replies, and 50 ms later queries on the context of the call: HEARTH_STALE (see /seen)
 *   twice      replies twice: the second is HEARTH_STALE (see /seen)
 *   fail       writes a row and fails with the code "rude"
 *   write      writes a row and replies
 *   silent     returns HEARTH_HANDLER_DONE without a reply: the caller fails
 *   never      replies never: the caller fails at the deadline of its request
 *   deeper     calls rude-back/1 of its caller, which calls it again, until the host refuses: {"depth": n, "status": n}
 *
 * GET /rude-provider/count tells how many rows it has.
 */
#include "../deeper.h"
#include "../tables.h"

typedef struct work {
    instance *self;
    hearth_context call;
    const char *after; /* "write" or "fail" */
} work;

static hearth_status reply(instance *self, hearth_context call, hearth_status status, uint32_t depth)
{
    char output[64];
    int length = snprintf(output, sizeof output, "{\"status\": %u, \"depth\": %u}", status, depth);
    return self->services->reply(self->host, call, (hearth_bytes){(const uint8_t *)output, (uint64_t)length});
}

static void ignore_done(void *user, const hearth_error *error)
{
    (void)user;
    (void)error;
}

static void ignore_results(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    (void)user;
    (void)error;
    (void)results;
    (void)result_count;
}

static void replied_in_savepoint(void *user, const hearth_error *error, hearth_context transaction)
{
    work job = *(work *)user;
    free(user);
    (void)transaction;
    note(job.self, reply(job.self, job.call, error != NULL ? error->status : HEARTH_OK, 0));
}

static void query_late(instance *self, hearth_context call)
{
    hearth_statement statement = {.size = sizeof statement, .sql = text("DELETE FROM rude_provider")};
    note(self, self->database->query(self->host, call, &statement, ignore_results, NULL));
}

static void written(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    work job = *(work *)user;
    instance *self = job.self;
    free(user);
    (void)results;
    (void)result_count;
    if (strcmp(job.after, "write") == 0) {
        reply(self, job.call, error != NULL ? error->status : HEARTH_OK, 0);
        return;
    }
    hearth_error failure = {.size = sizeof failure, .status = HEARTH_CONFLICT, .code = text("rude"), .message = text("no manners")};
    self->services->fail(self->host, job.call, &failure);
}

static work *open_work(instance *self, const hearth_call *call, const char *after)
{
    work *job = malloc(sizeof *job);
    if (job != NULL) {
        *job = (work){self, call->context, after};
    }
    return job;
}

static int is_method(const hearth_call *call, const char *name)
{
    return call->method.length == strlen(name) && memcmp(call->method.data, name, call->method.length) == 0;
}

static hearth_outcome handle(void *user, const hearth_call *call)
{
    instance *self = user;
    hearth_context context = call->context;
    if (is_method(call, "commit")) {
        reply(self, context, self->database->commit(self->host, context, ignore_done, NULL), 0);
    } else if (is_method(call, "rollback")) {
        reply(self, context, self->database->rollback(self->host, context, ignore_done, NULL), 0);
    } else if (is_method(call, "savepoint")) {
        work *job = open_work(self, call, "");
        if (job == NULL || self->database->begin(self->host, context, NULL, replied_in_savepoint, job) != HEARTH_OK) {
            free(job);
            return HEARTH_HANDLER_FAILED;
        }
        return HEARTH_HANDLER_PENDING;
    } else if (is_method(call, "keep")) {
        reply(self, context, HEARTH_OK, 0);
        later(self, context, 50, query_late);
    } else if (is_method(call, "twice")) {
        reply(self, context, HEARTH_OK, 0);
        note(self, reply(self, context, HEARTH_FAILED, 0));
    } else if (is_method(call, "write") || is_method(call, "fail")) {
        work *job = open_work(self, call, is_method(call, "write") ? "write" : "fail");
        if (job == NULL
            || insert_id(self, context, "INSERT INTO rude_provider (id) VALUES ($1)", written, job) != HEARTH_OK) {
            free(job);
            return HEARTH_HANDLER_FAILED;
        }
        return HEARTH_HANDLER_PENDING;
    } else if (is_method(call, "deeper")) {
        return go_deeper(self, call, "rude-back/1");
    } else if (is_method(call, "never")) {
        return HEARTH_HANDLER_PENDING;
    }
    return HEARTH_HANDLER_DONE;
}

static hearth_outcome count(void *user, const hearth_request *request)
{
    return serve_count(user, request, "SELECT COUNT(*) FROM rude_provider");
}

#define METHOD(name) "\"" name "\": {\"description\": \"See the head of the file\", \"input\": {\"type\": \"object\"}}"

static hearth_status set_up(instance *self)
{
    hearth_service service = {
        .size = sizeof service,
        .name = text("rude/1"),
        .schema = text("{" METHOD("commit") "," METHOD("rollback") "," METHOD("savepoint") "," METHOD("keep") "," METHOD("twice")
                       "," METHOD("fail") "," METHOD("write") "," METHOD("silent") "," METHOD("never") "," METHOD("deeper") "}"),
        .handle = handle,
        .user = self,
    };
    hearth_status status = self->services->provide(self->host, &service);
    return status == HEARTH_OK ? serve(self, "GET", "/rude-provider/count", count, 0, 0) : status;
}

PLUGIN("rude-provider")
