/*
 * Shows that the address sanitizer sees what happens in plugins: GET /api/use-after-free/read reads memory that was given back.
 * scripts/sanitize runs it and wants a report.
 */
#include "../Plugins/testing.h"

static hearth_outcome read_freed(void *user, const hearth_request *request)
{
    char *memory = malloc(16);
    memset(memory, 'a', 16);
    free(memory);
    answer(user, request->context, 200, "{\"byte\": %d}", ((volatile char *)memory)[8]);
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/use-after-free/read", read_freed, 0, 0);
}

PLUGIN("use-after-free")
