/* Rule: everything wrong in plugin.toml is reported with line, key and suggestion. The library itself has no fault. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("unknown-config")
