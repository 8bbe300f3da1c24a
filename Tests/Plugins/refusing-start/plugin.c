/* Rule: a plugin whose start fails is stopped (stop is called), and the operator reads its message. */
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
    self->host->set_error(self->host, text("the engine does not turn over"));
    return HEARTH_UNAVAILABLE;
}

PLUGIN("refusing-start", .start = start)
