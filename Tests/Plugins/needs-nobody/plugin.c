/* Rule: a plugin whose needs nobody provides does not start; the message names plugin and service. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("needs-nobody")
