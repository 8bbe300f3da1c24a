/*
 * Rule: at the deadline (200 ms) the host answers 504 in the plugin's place; the request's memory stays until the
 * plugin completes it (at 600 ms), which is HEARTH_TIMEOUT (see /seen).
 */
#include "../testing.h"

typedef struct open_request {
    instance *self;
    const hearth_request *request;
} open_request;

static void *answer_late(void *argument)
{
    open_request open = *(open_request *)argument;
    free(argument);
    sleep_milliseconds(600);
    /* Reads the request, which a host that frees it at the deadline has overwritten by now. */
    int intact = open.request->method.length == 3 && memcmp(open.request->method.data, "GET", 3) == 0;
    note(open.self, answer(open.self, open.request->context, 200, "{\"intact\": %s}", intact ? "true" : "false"));
    if (!intact) {
        note(open.self, HEARTH_FAILED);
    }
    __atomic_sub_fetch(&open.self->threads, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static hearth_outcome handle(void *user, const hearth_request *request)
{
    instance *self = user;
    open_request *open = malloc(sizeof *open);
    pthread_t thread;
    if (open == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *open = (open_request){self, request};
    __atomic_add_fetch(&self->threads, 1, __ATOMIC_SEQ_CST);
    if (pthread_create(&thread, NULL, answer_late, open) != 0) {
        __atomic_sub_fetch(&self->threads, 1, __ATOMIC_SEQ_CST);
        free(open);
        return HEARTH_HANDLER_FAILED;
    }
    pthread_detach(thread);
    return HEARTH_HANDLER_PENDING;
}

static hearth_status set_up(instance *self)
{
    return serve(self, "GET", "/completion-after-deadline/answer", handle, 0, 200);
}

PLUGIN("completion-after-deadline")
