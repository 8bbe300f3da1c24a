/*
 * Rule: get_interface gives NULL for what was not granted (plugin.toml does not want the database) and for what does
 * not exist. A plugin that cannot cope fails init with a message; it does not crash.
 */
#include "../testing.h"

static hearth_status set_up(instance *self)
{
    if (self->database != NULL || self->host->get_interface(self->host, text("hearth.telepathy/1")) != NULL) {
        return HEARTH_OK; /* wrong: the start succeeds and the test fails */
    }
    self->host->set_error(self->host, text("null-interface cannot work without hearth.database/1"));
    return HEARTH_UNAVAILABLE;
}

PLUGIN("null-interface")
