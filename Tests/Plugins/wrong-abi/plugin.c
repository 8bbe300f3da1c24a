/* Rule: a host refuses a plugin that states another HEARTH_ABI, and looks at nothing else of its descriptor. */
#include "../testing.h"

static hearth_status init_of_the_future(const hearth_host *host, void **made)
{
    (void)host;
    (void)made;
    abort(); /* must never be called */
}

PLUGIN_DESCRIPTOR(.size = sizeof(hearth_plugin), .abi = 999, .id = HEARTH_STRING_INIT("wrong-abi"),
                  .version = HEARTH_STRING_INIT("1.0.0"), .init = init_of_the_future)
