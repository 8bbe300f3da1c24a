/*
 * What the plugins of this folder share, so that each of them shows little more than the rule that it breaks:
 * an instance, short answers, threads. A plugin defines `set_up` and ends with PLUGIN("its-id").
 *
 * Each of them also serves, publicly:
 *   GET /api/<id>/ping   {"pong": true}: it is loaded and alive
 *   GET /api/<id>/seen   {"status": n}: what the host answered to the call under test; null before that
 */
#ifndef HEARTH_TESTING_H
#define HEARTH_TESTING_H

#define _POSIX_C_SOURCE 200809L

#include <hearth/hearth.h>

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOTHING_SEEN UINT32_MAX

/* Keeps its state here and not in globals: one process loads it many times in a test run. */
typedef struct instance {
    const hearth_host *host;
    const hearth_core *core;
    const hearth_http *http;
    const hearth_database *database; /* NULL unless plugin.toml wants it; likewise the following */
    const hearth_services *services;
    const hearth_users *users;
    const hearth_events *events;
    uint32_t seen;    /* the status under test; see note */
    uint32_t threads; /* running threads of its own */
    void *extra;      /* what set_up has allocated beside; freed with the instance */
} instance;

static inline hearth_string text(const char *terminated)
{
    return (hearth_string){terminated, strlen(terminated)};
}

static inline void note(instance *self, hearth_status status)
{
    __atomic_store_n(&self->seen, status, __ATOMIC_SEQ_CST);
}

/* Answers with JSON made by a printf format. */
__attribute__((format(printf, 4, 5)))
static inline hearth_status answer(instance *self, hearth_context context, uint32_t status, const char *format, ...)
{
    char body[2048];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(body, sizeof body, format, values);
    va_end(values);
    if (length < 0 || (size_t)length >= sizeof body) {
        return self->http->fail(self->host, context, 500, text("the answer is too long"), text(""));
    }
    hearth_response response = {.size = sizeof response, .status = status};
    response.body = (hearth_bytes){(const uint8_t *)body, (uint64_t)length};
    return self->http->respond(self->host, context, &response);
}

/* Answers 200 with {"status", "code", "message"} of an error; NULL is success. Quotes and the like are replaced. */
static inline hearth_status answer_error(instance *self, hearth_context context, const hearth_error *error)
{
    char words[2][500] = {"", ""};
    hearth_string sources[2] = {error != NULL ? error->code : text(""), error != NULL ? error->message : text("")};
    for (int i = 0; i < 2; i++) {
        uint64_t length = 0;
        for (; length < sources[i].length && length < sizeof words[i] - 1; length++) {
            char byte = sources[i].data[length];
            words[i][length] = byte == '"' ? '\'' : byte == '\\' ? '/' : byte >= 0 && byte < 32 ? ' ' : byte;
        }
        while (length < sources[i].length && length > 0 && (words[i][length - 1] & 0x80) != 0) {
            length--; /* cut between characters */
        }
        words[i][length] = 0;
    }
    return answer(self, context, 200, "{\"status\": %u, \"code\": \"%s\", \"message\": \"%s\"}",
                  error != NULL ? error->status : HEARTH_OK, words[0], words[1]);
}

/* A number from the query, else the given one. */
static inline uint32_t query_number(const hearth_request *request, const char *name, uint32_t otherwise)
{
    for (uint64_t i = 0; i < request->query_count; i++) {
        hearth_pair pair = request->query[i];
        if (pair.name.length == strlen(name) && memcmp(pair.name.data, name, pair.name.length) == 0) {
            uint32_t number = 0;
            for (uint64_t j = 0; j < pair.value.length && pair.value.data[j] >= '0' && pair.value.data[j] <= '9'; j++) {
                number = number * 10 + (uint32_t)(pair.value.data[j] - '0');
            }
            return number;
        }
    }
    return otherwise;
}

/* A text from the query; empty when there is none. Lives as long as the request. */
static inline hearth_string query_value(const hearth_request *request, const char *name)
{
    for (uint64_t i = 0; i < request->query_count; i++) {
        hearth_pair pair = request->query[i];
        if (pair.name.length == strlen(name) && memcmp(pair.name.data, name, pair.name.length) == 0) {
            return pair.value;
        }
    }
    return text("");
}

static inline void sleep_milliseconds(uint32_t milliseconds)
{
    struct timespec rest = {(time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000};
    while (nanosleep(&rest, &rest) != 0) {
    }
}

/* Work on a thread of the plugin's own, after a while. */
typedef struct delayed {
    instance *self;
    hearth_context context;
    uint32_t milliseconds;
    void (*work)(instance *self, hearth_context context);
} delayed;

static inline void *run_delayed(void *argument)
{
    delayed task = *(delayed *)argument;
    free(argument);
    sleep_milliseconds(task.milliseconds);
    task.work(task.self, task.context);
    __atomic_sub_fetch(&task.self->threads, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

/* HEARTH_HANDLER_PENDING, or HEARTH_HANDLER_FAILED when there is no thread to be had. */
static inline hearth_outcome later(instance *self, hearth_context context, uint32_t milliseconds,
                                   void (*work)(instance *self, hearth_context context))
{
    delayed *task = malloc(sizeof *task);
    pthread_t thread;
    if (task == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    *task = (delayed){self, context, milliseconds, work};
    __atomic_add_fetch(&self->threads, 1, __ATOMIC_SEQ_CST);
    if (pthread_create(&thread, NULL, run_delayed, task) != 0) {
        __atomic_sub_fetch(&self->threads, 1, __ATOMIC_SEQ_CST);
        free(task);
        return HEARTH_HANDLER_FAILED;
    }
    pthread_detach(thread);
    return HEARTH_HANDLER_PENDING;
}

/* Adds a public route below /api, with the members of an Operation Object beside its responses: "" or "\"requestBody\": …, ". */
static inline hearth_status serve_with(instance *self, const char *method, const char *path, hearth_handler handler,
                                       uint32_t flags, uint32_t deadline, uint64_t body_limit, const char *members)
{
    char operation[1024];
    snprintf(operation, sizeof operation, "{%s\"responses\": {\"2XX\": {\"description\": \"What happened\"}}}", members);
    hearth_route route = {
        .size = sizeof route,
        .flags = flags,
        .access = HEARTH_ACCESS_PUBLIC,
        .deadline = deadline,
        .method = text(method),
        .path = text(path),
        .body_limit = body_limit,
        .operation = text(operation),
        .handle = handler,
        .user = self,
    };
    return self->http->add_route(self->host, &route);
}

/* Adds a public route below /api. */
static inline hearth_status serve(instance *self, const char *method, const char *path, hearth_handler handler,
                                  uint32_t flags, uint32_t deadline)
{
    return serve_with(self, method, path, handler, flags, deadline, 0, "");
}

/* A route as a line of a table. Deadline in milliseconds and body limit in bytes; 0 for those of the host. */
typedef struct served {
    const char *method, *path;
    hearth_handler handler;
    uint32_t flags, deadline;
    uint64_t body_limit;
    const char *members; /* see serve_with; NULL for none */
} served;

/* Such a line: ROUTE("GET", "/late/answer", handle, .deadline = 200). */
#define ROUTE(verb, where, function, ...) {.method = verb, .path = where, .handler = function, __VA_ARGS__}

/* Adds public routes below /api, up to the first that is refused. */
static inline hearth_status serve_all(instance *self, const served *routes, size_t count)
{
    hearth_status status = HEARTH_OK;
    for (size_t i = 0; i < count && status == HEARTH_OK; i++) {
        const served *route = &routes[i];
        status = serve_with(self, route->method, route->path, route->handler, route->flags, route->deadline, route->body_limit,
                            route->members != NULL ? route->members : "");
    }
    return status;
}
#define SERVE_ALL(self, routes) serve_all(self, routes, sizeof routes / sizeof routes[0])

static inline hearth_outcome serve_ping(void *user, const hearth_request *request)
{
    answer(user, request->context, 200, "{\"pong\": true}");
    return HEARTH_HANDLER_DONE;
}

static inline hearth_outcome serve_seen(void *user, const hearth_request *request)
{
    instance *self = user;
    uint32_t seen = __atomic_load_n(&self->seen, __ATOMIC_SEQ_CST);
    if (seen == NOTHING_SEEN) {
        answer(self, request->context, 200, "{\"status\": null}");
    } else {
        answer(self, request->context, 200, "{\"status\": %u}", seen);
    }
    return HEARTH_HANDLER_DONE;
}

/* Ends the instance, once its threads have ended: they may outlive the requests that began them. */
static inline void close_instance(void *made)
{
    instance *self = made;
    while (__atomic_load_n(&self->threads, __ATOMIC_SEQ_CST) > 0) {
        sleep_milliseconds(1);
    }
    free(self->extra);
    free(self);
}

static inline hearth_status open_instance(const hearth_host *host, void **made, const char *ping, const char *seen,
                                          hearth_status (*set_up)(instance *self))
{
    instance *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->set_error(host, text("out of memory"));
        return HEARTH_FAILED;
    }
    self->host = host;
    self->core = host->get_interface(host, text(HEARTH_CORE_1));
    self->http = host->get_interface(host, text(HEARTH_HTTP_1));
    self->database = host->get_interface(host, text(HEARTH_DATABASE_1));
    self->services = host->get_interface(host, text(HEARTH_SERVICES_1));
    self->users = host->get_interface(host, text(HEARTH_USERS_1));
    self->events = host->get_interface(host, text(HEARTH_EVENTS_1));
    self->seen = NOTHING_SEEN;
    hearth_status status = HEARTH_DENIED;
    if (self->core == NULL || self->http == NULL) {
        host->set_error(host, text("a test plugin needs hearth.core/1 and hearth.http/1"));
    } else {
        status = serve(self, "GET", ping, serve_ping, 0, 0);
        status = status == HEARTH_OK ? serve(self, "GET", seen, serve_seen, 0, 0) : status;
        status = status == HEARTH_OK ? set_up(self) : status;
    }
    if (status != HEARTH_OK) {
        free(self->extra);
        free(self);
        return status;
    }
    *made = self;
    return HEARTH_OK;
}

/* The descriptor and the entry. Members may be set after the id: PLUGIN("late", .start = start). */
#define PLUGIN(...) PLUGIN_WITH(__VA_ARGS__, .drain = NULL)
#define PLUGIN_WITH(identifier, ...)                                                                     \
    static hearth_status plugin_init(const hearth_host *host, void **made)                               \
    {                                                                                                    \
        return open_instance(host, made, "/" identifier "/ping", "/" identifier "/seen", set_up);        \
    }                                                                                                    \
    PLUGIN_DESCRIPTOR(.size = sizeof(hearth_plugin), .abi = HEARTH_ABI,                                  \
                      .id = HEARTH_STRING_INIT(identifier), .version = HEARTH_STRING_INIT("1.0.0"),      \
                      .init = plugin_init, .stop = close_instance, __VA_ARGS__)

/* A descriptor of any members, and the entry. */
#define PLUGIN_DESCRIPTOR(...)                                                                           \
    static const hearth_plugin plugin = {__VA_ARGS__};                                                   \
    HEARTH_EXPORT const hearth_plugin *hearth_plugin_entry(void)                                         \
    {                                                                                                    \
        return &plugin;                                                                                  \
    }

#endif
