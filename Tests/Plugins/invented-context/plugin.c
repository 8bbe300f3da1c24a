/* Rule: 0, a guessed number and a handle of the past are HEARTH_STALE for every call. Answers the statuses seen. */
#include "../testing.h"

static void ignore(void *user)
{
    (void)user;
}

static hearth_outcome handle(void *user, const hearth_request *request)
{
    instance *self = user;
    const hearth_context invented[] = {0, 1, request->context + 1, request->context ^ UINT64_C(1) << 40, UINT64_MAX};
    char list[200];
    int length = 0;
    for (int i = 0; i < 5; i++) {
        hearth_context_info info = {.size = sizeof info};
        uint8_t *buffer = NULL;
        hearth_status statuses[] = {
            answer(self, invented[i], 200, "{}"),
            self->http->reserve(self->host, invented[i], 100, &buffer),
            self->core->context_info(self->host, invented[i], &info),
            self->core->on_cancel(self->host, invented[i], ignore, NULL),
            self->core->run_blocking(self->host, invented[i], ignore, NULL),
        };
        for (int j = 0; j < 5; j++) {
            length += snprintf(list + length, sizeof list - (size_t)length, "%s%u", i + j > 0 ? ", " : "", statuses[j]);
        }
    }
    answer(self, request->context, 200, "{\"statuses\": [%s]}", list);
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/invented-context/try", handle, 0, 0);
}

PLUGIN("invented-context")
