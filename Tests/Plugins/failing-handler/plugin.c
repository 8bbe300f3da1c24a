/*
 * Rule: HEARTH_HANDLER_FAILED (/failed), an outcome that nobody knows (/unknown) and HEARTH_HANDLER_DONE without an
 * answer (/silent) become 500 {"detail": "Internal server error"} and a line in the log; the client never waits.
 */
#include "../testing.h"

static hearth_outcome fail(void *user, const hearth_request *request)
{
    (void)user;
    (void)request;
    return HEARTH_HANDLER_FAILED;
}

static hearth_outcome answer_unknown(void *user, const hearth_request *request)
{
    (void)user;
    (void)request;
    return 77;
}

static hearth_outcome keep_silent(void *user, const hearth_request *request)
{
    (void)user;
    (void)request;
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    hearth_status status = serve(self, "GET", "/failing-handler/failed", fail, 0, 0);
    status = status == HEARTH_OK ? serve(self, "GET", "/failing-handler/unknown", answer_unknown, 0, 0) : status;
    return status == HEARTH_OK ? serve(self, "GET", "/failing-handler/silent", keep_silent, 0, 0) : status;
}

PLUGIN("failing-handler")
