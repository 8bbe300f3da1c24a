/*
 * Rule: the client of a request that is never completed gets 504 at the deadline (200 ms); the drain waits for the
 * plugin until its own deadline and names it.
 */
#include "../testing.h"

static hearth_outcome handle(void *user, const hearth_request *request)
{
    (void)user;
    (void)request;
    return HEARTH_HANDLER_PENDING;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/never-completes/never", handle, 0, 200);
}

PLUGIN("never-completes")
