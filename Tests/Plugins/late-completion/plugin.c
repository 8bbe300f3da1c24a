/*
 * Rule: a context is a generational handle. GET /late-completion/answer is answered at once; 100 ms later a thread
 * answers it again, which harms nothing and is HEARTH_STALE (see /seen).
 */
#include "../testing.h"

static void answer_again(instance *self, hearth_context context)
{
    note(self, answer(self, context, 200, "{\"answer\": \"late\"}"));
}

static hearth_outcome handle(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_context context = request->context; /* the request itself is over with the answer */
    answer(self, context, 200, "{\"answer\": \"first\"}");
    later(self, context, 100, answer_again);
    return HEARTH_HANDLER_DONE;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/late-completion/answer", handle, 0, 0);
}

PLUGIN("late-completion")
