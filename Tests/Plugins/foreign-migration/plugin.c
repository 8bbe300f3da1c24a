/* Rule: migrations create tables of the plugin only. The start is refused, with file and table; nothing is created. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("foreign-migration")
