/*
 * Beyond what the host can prevent: a plugin is native code, and a segmentation fault ends the process. `plugin check`
 * finds the fault because it runs the plugin in a child; the message names the plugin by the faulting address.
 */
#include "../testing.h"

static hearth_outcome handle(void *user, const hearth_request *request)
{
    volatile int *volatile nowhere = NULL;
    (void)user;
    (void)request;
    *nowhere = 1;
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/crashing/crash", handle, 0, 0);
}

PLUGIN("crashing")
