/* Rule: a method and path have one owner. The message names both. */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/greeter/hello", serve_ping, 0, 0);
}

PLUGIN("duplicate-route")
