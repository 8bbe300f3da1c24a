/* As crashing, in start: what the life cycle of `plugin check` runs into by itself. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

static hearth_status start(void *made, hearth_context context)
{
    volatile int *volatile nowhere = NULL;
    (void)made;
    (void)context;
    *nowhere = 1;
    return HEARTH_OK;
}

PLUGIN("crashing-start", .start = start)
