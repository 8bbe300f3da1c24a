/* Rule: see needs-left. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("needs-right")
