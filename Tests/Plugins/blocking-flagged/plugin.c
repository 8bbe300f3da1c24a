/*
 * Rule: HEARTH_ROUTE_BLOCKING runs the handler on the bounded pool for such work, where it may sleep (3 s, or
 * ?milliseconds=) without a line in the log. /thread answers on what kind of thread it runs.
 */
#include "../testing.h"

static hearth_outcome handle(void *user, const hearth_request *request)
{
    sleep_milliseconds(query_number(request, "milliseconds", 3000));
    answer(user, request->context, 200, "{\"slept\": true}");
    return HEARTH_HANDLER_DONE;
}

static hearth_outcome tell_thread(void *user, const hearth_request *request)
{
    instance *self = user;
    answer(self, request->context, 200, "{\"thread\": %u}", self->core->thread(self->host));
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    hearth_status status = serve(self, "GET", "/blocking-flagged/sleep", handle, HEARTH_ROUTE_BLOCKING, 0);
    return status == HEARTH_OK ? serve(self, "GET", "/blocking-flagged/thread", tell_thread, HEARTH_ROUTE_BLOCKING, 0) : status;
}

PLUGIN("blocking-flagged")
