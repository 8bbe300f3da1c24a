/*
 * Rule: structs grow at the end, and who reads one honours the smaller size. This plugin fills in shorter structs, with
 * garbage where newer members would stand, and longer ones, as if it came from the future. All of it must work.
 */
#include "../testing.h"

#include <stddef.h>

#define SIZE_BEFORE(type, member) ((uint32_t)offsetof(type, member))

static const void *never_called(void *made, hearth_string id)
{
    (void)made;
    (void)id;
    abort(); /* the descriptor ends before this member */
}

/* A response that ends after its status: 204 without a body, whatever stands behind. */
static hearth_outcome answer_short(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_response response;
    memset(&response, 0xAB, sizeof response);
    response.size = SIZE_BEFORE(hearth_response, content_type);
    response.status = 204;
    return self->http->respond(self->host, request->context, &response) == HEARTH_OK ? HEARTH_HANDLER_DONE
                                                                                     : HEARTH_HANDLER_FAILED;
}

/* A response of a later version, with members that this host does not know. */
static hearth_outcome answer_long(void *user, const hearth_request *request)
{
    instance *self = user;
    struct {
        hearth_response response;
        uint8_t later[64];
    } grown = {.response = {.size = sizeof grown, .status = 200, .body = {(const uint8_t *)"{\"long\": true}", 14}}};
    memset(grown.later, 0xAB, sizeof grown.later);
    return self->http->respond(self->host, request->context, &grown.response) == HEARTH_OK ? HEARTH_HANDLER_DONE
                                                                                           : HEARTH_HANDLER_FAILED;
}

/* Information about a context that ends after its deadline: the host must not write behind it. */
static hearth_outcome tell_context(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_context_info info;
    memset(&info, 0xAB, sizeof info);
    info.size = SIZE_BEFORE(hearth_context_info, actor);
    hearth_status status = self->core->context_info(self->host, request->context, &info);
    int untouched = 1;
    for (size_t i = offsetof(hearth_context_info, actor); i < sizeof info; i++) {
        untouched = untouched && ((const uint8_t *)&info)[i] == 0xAB;
    }
    answer(self, request->context, 200, "{\"status\": %u, \"untouched\": %s, \"cancelled\": %u, \"has_deadline\": %s}", status,
           untouched ? "true" : "false", info.cancelled, info.deadline > 0 ? "true" : "false");
    return HEARTH_HANDLER_DONE;
}

typedef struct open_request {
    instance *self;
    hearth_context context;
} open_request;

static void deleted(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    open_request open = *(open_request *)user;
    free(user);
    (void)results;
    (void)result_count;
    answer_error(open.self, open.context, error);
}

/* A statement that ends after its parameters: one without rows. */
static hearth_outcome delete_row(void *user, const hearth_request *request)
{
    instance *self = user;
    open_request *open = malloc(sizeof *open);
    if (open == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *open = (open_request){self, request->context};
    hearth_value id = {.type = HEARTH_UUID};
    self->core->make_uuid(self->host, id.as.uuid);
    hearth_statement statement;
    memset(&statement, 0xAB, sizeof statement);
    statement.size = SIZE_BEFORE(hearth_statement, columns);
    statement.parameter_count = 1;
    statement.sql = text("DELETE FROM truncated_tables WHERE id = $1");
    statement.parameters = &id;
    if (self->database->query(self->host, request->context, &statement, deleted, open) == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(open);
    return HEARTH_HANDLER_FAILED;
}

static hearth_status set_up(instance *self)
{
    struct {
        hearth_route route;
        uint8_t later[64];
    } grown = {.route = {
        .size = sizeof grown,
        .access = HEARTH_ACCESS_PUBLIC,
        .method = text("GET"),
        .path = text("/truncated-tables/route"),
        .operation = text("{\"responses\": {\"200\": {\"description\": \"A route of a later version\"}}}"),
        .handle = serve_ping,
        .user = self,
    }};
    memset(grown.later, 0xAB, sizeof grown.later);
    hearth_status status = self->http->add_route(self->host, &grown.route);
    status = status == HEARTH_OK ? serve(self, "GET", "/truncated-tables/short", answer_short, 0, 0) : status;
    status = status == HEARTH_OK ? serve(self, "GET", "/truncated-tables/long", answer_long, 0, 0) : status;
    status = status == HEARTH_OK ? serve(self, "GET", "/truncated-tables/context", tell_context, 0, 0) : status;
    return status == HEARTH_OK ? serve(self, "GET", "/truncated-tables/statement", delete_row, 0, 0) : status;
}

static hearth_status init(const hearth_host *host, void **made)
{
    return open_instance(host, made, "/truncated-tables/ping", "/truncated-tables/seen", set_up);
}

PLUGIN_DESCRIPTOR(.size = SIZE_BEFORE(hearth_plugin, get_interface), .abi = HEARTH_ABI,
                  .id = HEARTH_STRING_INIT("truncated-tables"), .version = HEARTH_STRING_INIT("1.0.0"), .init = init,
                  .stop = close_instance, .get_interface = never_called)
