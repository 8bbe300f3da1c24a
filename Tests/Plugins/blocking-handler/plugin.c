/*
 * Rule: a handler that is not marked as blocking returns at once. This one sleeps (3 s, or ?milliseconds=): the host
 * notices within 100 ms, names it in the log, adds a thread, and fails no request of anybody.
 */
#include "../testing.h"

static hearth_outcome handle(void *user, const hearth_request *request)
{
    sleep_milliseconds(query_number(request, "milliseconds", 3000));
    answer(user, request->context, 200, "{\"slept\": true}");
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/blocking-handler/sleep", handle, 0, 0);
}

PLUGIN("blocking-handler")
