/*
 * Rule: an answer with a member that is wrong is HEARTH_INVALID, and the request is still open. Each route tries one
 * and then answers properly with {"status": n}, the host's opinion of the first.
 */
#include "../testing.h"

static hearth_outcome try_response(void *user, const hearth_request *request, hearth_response response)
{
    instance *self = user;
    hearth_status status = self->http->respond(self->host, request->context, &response);
    answer(self, request->context, 200, "{\"status\": %u}", status);
    return HEARTH_HANDLER_DONE;
}

static hearth_outcome answer_low_status(void *user, const hearth_request *request)
{
    return try_response(user, request, (hearth_response){.size = sizeof(hearth_response), .status = 99});
}

static hearth_outcome answer_high_status(void *user, const hearth_request *request)
{
    return try_response(user, request, (hearth_response){.size = sizeof(hearth_response), .status = 600});
}

static hearth_outcome answer_without_size(void *user, const hearth_request *request)
{
    return try_response(user, request, (hearth_response){.size = 0, .status = 200});
}

static hearth_outcome answer_null_body(void *user, const hearth_request *request)
{
    return try_response(user, request, (hearth_response){.size = sizeof(hearth_response), .status = 200, .body = {NULL, 10}});
}

static hearth_outcome answer_with_header(void *user, const hearth_request *request, const char *name, const char *value)
{
    hearth_pair header = {text(name), text(value)};
    return try_response(user, request, (hearth_response){
        .size = sizeof(hearth_response), .status = 200, .headers = &header, .header_count = 1});
}

static hearth_outcome answer_not_utf8(void *user, const hearth_request *request)
{
    return answer_with_header(user, request, "X-Garbage", "\xff\xfe\x80");
}

static hearth_outcome answer_second_header(void *user, const hearth_request *request)
{
    return answer_with_header(user, request, "X-Garbage", "a\r\nX-Injected: 1");
}

static hearth_outcome answer_bad_name(void *user, const hearth_request *request)
{
    return answer_with_header(user, request, "X Garbage:", "a");
}

static hearth_outcome answer_null_response(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_status status = self->http->respond(self->host, request->context, NULL);
    answer(self, request->context, 200, "{\"status\": %u}", status);
    return HEARTH_HANDLER_DONE;
}

static hearth_outcome fail_with_success(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_status status = self->http->fail(self->host, request->context, 200, text("all is well"), text(""));
    answer(self, request->context, 200, "{\"status\": %u}", status);
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    static const served routes[] = {
        ROUTE("GET", "/garbage-answers/low-status", answer_low_status),
        ROUTE("GET", "/garbage-answers/high-status", answer_high_status),
        ROUTE("GET", "/garbage-answers/no-size", answer_without_size),
        ROUTE("GET", "/garbage-answers/null-body", answer_null_body),
        ROUTE("GET", "/garbage-answers/not-utf8", answer_not_utf8),
        ROUTE("GET", "/garbage-answers/second-header", answer_second_header),
        ROUTE("GET", "/garbage-answers/bad-name", answer_bad_name),
        ROUTE("GET", "/garbage-answers/null-response", answer_null_response),
        ROUTE("GET", "/garbage-answers/fail-with-success", fail_with_success),
    };
    return SERVE_ALL(self, routes);
}

PLUGIN("garbage-answers")
