/*
 * Calls services, so that tests see what is between plugins only.
 *
 *   POST /service-caller?service=ranking/1&method=top   with the input as the body: the output, or 400 {"status", "code"}
 */
#include "../testing.h"

typedef struct question {
    instance *self;
    hearth_context request;
} question;

static void called(void *user, const hearth_error *error, hearth_bytes output)
{
    question asked = *(question *)user;
    free(user);
    if (error != NULL) {
        answer(asked.self, asked.request, 400, "{\"status\": %u, \"code\": \"%.*s\"}", error->status, (int)error->code.length,
               error->code.length > 0 ? error->code.data : "");
        return;
    }
    hearth_response response = {.size = sizeof response, .status = 200, .body = output};
    asked.self->http->respond(asked.self->host, asked.request, &response);
}

static hearth_outcome call(void *user, const hearth_request *request)
{
    question *asked = malloc(sizeof *asked);
    if (asked == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *asked = (question){user, request->context};
    hearth_status status =
        asked->self->services->call(asked->self->host, request->context, query_value(request, "service"),
                                    query_value(request, "method"), request->body, NULL, called, asked);
    if (status == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(asked);
    answer(user, request->context, 400, "{\"status\": %u, \"code\": \"\"}", status);
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    static const served routes[] = {
        ROUTE("POST", "/service-caller", call,
              .members = "\"requestBody\": {\"required\": true, \"content\": {\"application/json\": {\"schema\": {}}}}, "),
    };
    return SERVE_ALL(self, routes);
}

PLUGIN("service-caller")
