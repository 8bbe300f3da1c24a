/* Rule: needs may not form a cycle (left needs right, right needs left); the message names the whole circle. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("needs-left")
