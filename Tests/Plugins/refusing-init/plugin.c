/* Rule: registration is atomic. GET /api/refusing-init/ping does not exist after init has failed; stop is not called. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    self->host->set_error(self->host, text("this one is never shown"));
    self->host->set_error(self->host, text("the weather is bad"));
    return HEARTH_FAILED;
}

PLUGIN("refusing-init")
