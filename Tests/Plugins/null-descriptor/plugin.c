/* Rule: hearth_plugin_entry never returns NULL. */
#include <hearth/hearth.h>

HEARTH_EXPORT const hearth_plugin *hearth_plugin_entry(void)
{
    return NULL;
}
