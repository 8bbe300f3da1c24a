/* Rule: the descriptor has the id and the version of plugin.toml; else the folder holds another plugin's library. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("somebody-else")
