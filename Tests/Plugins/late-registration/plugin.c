/* Rule: registration is closed after init: add_route answers HEARTH_DENIED (see /seen), and the route does not exist. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

static hearth_status start(void *made, hearth_context context)
{
    instance *self = made;
    (void)context;
    note(self, serve(self, "GET", "/late-registration/late", serve_ping, 0, 0));
    return HEARTH_OK;
}

PLUGIN("late-registration", .start = start)
