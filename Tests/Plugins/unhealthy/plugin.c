/* Not against a rule: a plugin whose component is unhealthy makes GET /api/health/detailed answer 503. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    return self->core->set_health(self->host, text("upstream"), HEARTH_HEALTH_UNHEALTHY, text("nobody is at home"));
}

PLUGIN("unhealthy")
