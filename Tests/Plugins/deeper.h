/*
 * A service method that calls the like of it in another service, and so on until the host refuses: the innermost replies
 * {"status": n, "depth": calls so far}, and all the others pass that on.
 */
#ifndef HEARTH_TESTING_DEEPER_H
#define HEARTH_TESTING_DEEPER_H

#include "testing.h"

typedef struct descent {
    instance *self;
    hearth_context call;
} descent;

static inline void went_deeper(void *user, const hearth_error *error, hearth_bytes output)
{
    descent way = *(descent *)user;
    free(user);
    if (error != NULL) {
        way.self->services->fail(way.self->host, way.call, error);
    } else {
        way.self->services->reply(way.self->host, way.call, output);
    }
}

static inline hearth_outcome go_deeper(instance *self, const hearth_call *call, const char *next)
{
    uint32_t depth = 0;
    for (uint64_t i = 0; i < call->input.length; i++) {
        if (call->input.data[i] >= '0' && call->input.data[i] <= '9') {
            depth = depth * 10 + (uint32_t)(call->input.data[i] - '0');
        }
    }
    char json[64];
    int length = snprintf(json, sizeof json, "{\"depth\": %u}", ++depth);
    descent *way = malloc(sizeof *way);
    if (way == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *way = (descent){self, call->context};
    hearth_status status = self->services->call(self->host, call->context, text(next), text("deeper"),
                                                (hearth_bytes){(const uint8_t *)json, (uint64_t)length}, NULL, went_deeper, way);
    if (status == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(way);
    length = snprintf(json, sizeof json, "{\"status\": %u, \"depth\": %u}", status, depth);
    self->services->reply(self->host, call->context, (hearth_bytes){(const uint8_t *)json, (uint64_t)length});
    return HEARTH_HANDLER_DONE;
}

#endif
