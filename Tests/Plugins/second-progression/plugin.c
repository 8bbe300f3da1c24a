/* Rule: a service has one provider. The message names both. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("second-progression")
