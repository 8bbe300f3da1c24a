/* Rule: the first answer counts. The second one is HEARTH_STALE (see /seen), whichever function gives it. */
#include "../testing.h"

static hearth_outcome respond_twice(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_context context = request->context;
    answer(self, context, 200, "{\"answer\": \"first\"}");
    note(self, answer(self, context, 200, "{\"answer\": \"second\"}"));
    return HEARTH_HANDLER_DONE;
}

/* Answers and then says that it failed: the answer counts. */
static hearth_outcome respond_and_fail(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_context context = request->context;
    answer(self, context, 200, "{\"answer\": \"first\"}");
    note(self, self->http->fail(self->host, context, 500, text("second"), text("")));
    return HEARTH_HANDLER_FAILED;
}

static hearth_status set_up(instance *self)
{
    hearth_status status = serve(self, "GET", "/double-completion/respond", respond_twice, 0, 0);
    return status == HEARTH_OK ? serve(self, "GET", "/double-completion/fail", respond_and_fail, 0, 0) : status;
}

PLUGIN("double-completion")
