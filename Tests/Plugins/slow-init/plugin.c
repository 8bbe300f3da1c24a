/* Rule: the host ends the start when init takes longer than 10 s, and names the plugin. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    sleep_milliseconds(11000);
    return HEARTH_OK;
}

PLUGIN("slow-init")
