/*
 * Greeter: a complete Hearth plugin in plain C.
 *
 *   GET  /api/greeter/hello?name=Ada   says hello to anybody
 *   POST /api/greeter/greetings        keeps a greeting of the caller
 *   GET  /api/greeter/greetings        lists the caller's greetings, newest first
 *
 * Read it from the bottom: the descriptor, what init registers, then one handler after the other.
 * docs/writing-a-plugin.md walks through it. The setting is declared in plugin.toml, the table in Migrations.
 */
#define _POSIX_C_SOURCE 200809L /* gmtime_r */

#include <hearth/hearth.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One instance. Many requests read it at the same time; after init nothing changes it, so there is nothing to lock. */
typedef struct greeter {
    const hearth_host *host;
    const hearth_core *core;
    const hearth_http *http;
    const hearth_database *database;
    const hearth_events *events;
    const hearth_jobs *jobs;
    hearth_string greeting; /* the setting; the host's until stop returns */
} greeter;

/* ---- Writing JSON: each function writes at `at` and returns the new end. The caller has reserved the worst case. */

#define ESCAPED(length) (6 * (length))              /* bytes at most: each may become \u00XX */
#define GREETING(length) (ESCAPED(length) + 128)    /* a whole greeting, with a message of that many bytes */

static char *put(char *at, const char *text)
{
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

static char *put_escaped(char *at, hearth_string text)
{
    for (uint64_t i = 0; i < text.length; i++) {
        char byte = text.data[i];
        if (byte == '"' || byte == '\\') {
            *at++ = '\\';
            *at++ = byte;
        } else if ((unsigned char)byte < 0x20) {
            at += sprintf(at, "\\u%04x", (unsigned)byte);
        } else {
            *at++ = byte; /* UTF-8 stands in JSON as it is */
        }
    }
    return at;
}

static char *put_uuid(char *at, const uint8_t *uuid)
{
    for (int i = 0; i < 16; i++) {
        at += sprintf(at, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", (unsigned)uuid[i]);
    }
    return at;
}

static char *put_timestamp(char *at, int64_t microseconds)
{
    time_t seconds = (time_t)(microseconds / 1000000); /* the host's clock never stands before 1970 */
    struct tm utc = {0};
    gmtime_r(&seconds, &utc);
    at += strftime(at, 32, "%Y-%m-%dT%H:%M:%S", &utc);
    return at + sprintf(at, ".%06dZ", (int)(microseconds % 1000000));
}

/* What the statements below give for each row, and how it is written. */
static const hearth_type greeting_columns[] = {HEARTH_UUID, HEARTH_TEXT, HEARTH_TIMESTAMP}; /* id, message, created_at */

static char *put_greeting(char *at, const hearth_value *row)
{
    at = put(at, "{\"id\":\"");
    at = put_uuid(at, row[0].as.uuid);
    at = put(at, "\",\"message\":\"");
    at = put_escaped(at, (hearth_string){(const char *)row[1].as.bytes.data, row[1].as.bytes.length});
    at = put(at, "\",\"created_at\":\"");
    at = put_timestamp(at, row[2].as.integer);
    return put(at, "\"}");
}

/* ---- Completing requests: each one exactly once, whatever happens. */

static void fail(const greeter *self, hearth_context context, hearth_status status, hearth_string reason)
{
    hearth_pair field = {HEARTH_STRING("reason"), reason};
    self->core->log(self->host, context, HEARTH_LOG_ERROR, HEARTH_STRING("A request failed."), &field, 1);
    bool busy = status == HEARTH_BUSY || status == HEARTH_UNAVAILABLE;
    self->http->fail(self->host, context, busy ? 503 : 500,
                     busy ? HEARTH_STRING("Temporarily unavailable") : HEARTH_STRING("Internal server error"), HEARTH_STRING(""));
}

/* Reserves memory of the host for the body of an answer. NULL: the request has been failed. */
static char *reserve(const greeter *self, hearth_context context, uint64_t capacity)
{
    uint8_t *body = NULL;
    hearth_status status = self->http->reserve(self->host, context, capacity, &body);
    if (status != HEARTH_OK) {
        fail(self, context, status, HEARTH_STRING("no memory for the answer"));
        return NULL;
    }
    return (char *)body;
}

/* Answers with what was written from `body` to `end`. */
static void respond(const greeter *self, hearth_context context, uint32_t code, const char *body, const char *end)
{
    hearth_response response = {.size = sizeof response, .status = code};
    response.body = (hearth_bytes){(const uint8_t *)body, (uint64_t)(end - body)};
    hearth_status status = self->http->respond(self->host, context, &response);
    if (status == HEARTH_INVALID) { /* after any other status the request is over, even if nobody waited for it any more */
        fail(self, context, status, HEARTH_STRING("the host refused the answer"));
    }
}

/* ---- GET /api/greeter/hello: answered during the call. */

static const char hello_operation[] =
    "{\"summary\": \"Say hello\", \"tags\": [\"greeter\"],"
    " \"parameters\": [{\"name\": \"name\", \"in\": \"query\", \"description\": \"Whom to greet, by default the world\","
    "                   \"schema\": {\"type\": \"string\", \"minLength\": 1, \"maxLength\": 100}}],"
    " \"responses\": {\"200\": {\"description\": \"The greeting\", \"content\": {\"application/json\": {\"schema\":"
    "   {\"type\": \"object\", \"required\": [\"message\"], \"properties\": {\"message\": {\"type\": \"string\"}}}}}}}}";

static hearth_outcome say_hello(void *user, const hearth_request *request)
{
    const greeter *self = user;
    hearth_string name = HEARTH_STRING("World");
    for (uint64_t i = 0; i < request->query_count; i++) {
        hearth_string key = request->query[i].name;
        if (key.length == 4 && memcmp(key.data, "name", 4) == 0) {
            name = request->query[i].value;
        }
    }

    char *body = reserve(self, request->context, ESCAPED(self->greeting.length + name.length) + 32);
    if (body != NULL) {
        char *end = put(body, "{\"message\":\"");
        end = put_escaped(end, self->greeting);
        end = put(end, ", ");
        end = put_escaped(end, name);
        end = put(end, "!\"}");
        respond(self, request->context, 200, body, end);
    }
    return HEARTH_HANDLER_DONE;
}

/* ---- The database: a statement is begun here and completed in a function of its own, later and on another thread. */

/* A request that waits for the database: made by run, taken back by the completion. */
typedef struct waiting {
    const greeter *self;
    hearth_context context;
} waiting;

static waiting take(void *user)
{
    waiting request = *(waiting *)user;
    free(user);
    return request;
}

static hearth_outcome run(const greeter *self, hearth_context context, const hearth_statement *statement,
                          hearth_results completion)
{
    waiting *request = malloc(sizeof *request);
    if (request == NULL) {
        return HEARTH_HANDLER_FAILED; /* the host answers 500; a job counts as failed */
    }
    *request = (waiting){self, context};
    if (self->database->query(self->host, context, statement, completion, request) == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING; /* the completion may have run already: `request` is not ours any more */
    }
    free(request);
    return HEARTH_HANDLER_FAILED;
}

/* ---- POST /api/greeter/greetings: keeps a greeting. */

#define MESSAGE_CHARACTERS 500 /* as the schema says */

static const char keep_operation[] =
    "{\"summary\": \"Keep a greeting\", \"tags\": [\"greeter\"],"
    " \"requestBody\": {\"required\": true, \"content\": {\"application/json\": {\"schema\":"
    "   {\"type\": \"object\", \"required\": [\"message\"], \"additionalProperties\": false,"
    "    \"properties\": {\"message\": {\"type\": \"string\", \"minLength\": 1, \"maxLength\": 500}}}}}},"
    " \"responses\": {\"201\": {\"description\": \"The greeting that was kept\", \"content\": {\"application/json\": {\"schema\":"
    "   {\"$ref\": \"#/components/schemas/Greeting\"}}}}}}";

static uint32_t hexadecimal(const char *at)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        value = value << 4 | (uint32_t)(at[i] <= '9' ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
    }
    return value;
}

static char *put_utf8(char *at, uint32_t character)
{
    static const uint32_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    int more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    *at++ = (char)(lead[more] | character >> 6 * more);
    while (more-- > 0) {
        *at++ = (char)(0x80 | (character >> 6 * more & 0x3F));
    }
    return at;
}

/*
 * Decodes the value in {"message": "…"} into `text`, which has room for it. The host has validated the body by the
 * schema above, so its shape is certain and only escapes are left to undo. Returns the end, or NULL for what a
 * database cannot keep as text: U+0000 and half a surrogate pair.
 */
static char *decode_message(hearth_bytes body, char *text)
{
    const char *at = (const char *)body.data;
    for (int quotes = 0; quotes < 3; at++) { /* two around the name, one before the value */
        quotes += *at == '"';
    }
    for (; *at != '"'; at++) {
        if (*at != '\\') {
            *text++ = *at;
            continue;
        }
        at++;
        const char *found = strchr("b\bf\fn\nr\rt\t", *at);
        if (found != NULL) {
            *text++ = found[1];
        } else if (*at != 'u') {
            *text++ = *at; /* a quote, a slash, a backslash */
        } else {
            uint32_t character = hexadecimal(at + 1);
            at += 4;
            if (character >> 10 == 0x36 && at[1] == '\\' && at[2] == 'u' && hexadecimal(at + 3) >> 10 == 0x37) {
                character = 0x10000 + ((character & 0x3FF) << 10 | (hexadecimal(at + 3) & 0x3FF));
                at += 6;
            }
            if (character == 0 || character >> 11 == 0x1B) {
                return NULL;
            }
            text = put_utf8(text, character);
        }
    }
    return text;
}

static void greeting_kept(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    (void)result_count; /* one statement, one result */
    waiting request = take(user);
    if (error != NULL) {
        fail(request.self, request.context, error->status, error->message);
        return;
    }
    const hearth_value *row = results[0]->values;
    char *body = reserve(request.self, request.context, GREETING(row[1].as.bytes.length));
    if (body != NULL) {
        respond(request.self, request.context, 201, body, put_greeting(body, row));
    }
}

static hearth_outcome keep_greeting(void *user, const hearth_request *request)
{
    const greeter *self = user;
    char text[4 * MESSAGE_CHARACTERS]; /* UTF-8 takes four bytes at most */
    char *end = decode_message(request->body, text);
    if (end == NULL) {
        self->http->fail(self->host, request->context, 422, HEARTH_STRING("The message has a character that cannot be kept."),
                         HEARTH_STRING("[{\"loc\": [\"body\", \"message\"], \"msg\": \"String should be valid Unicode\","
                                       " \"type\": \"string_unicode\"}]"));
        return HEARTH_HANDLER_DONE;
    }

    /* Everything is copied before query returns, so the parameters may stand on the stack. */
    hearth_value parameters[] = {
        {.type = HEARTH_UUID}, {.type = HEARTH_UUID}, {.type = HEARTH_TEXT}, {.type = HEARTH_TIMESTAMP}};
    self->core->make_uuid(self->host, parameters[0].as.uuid);
    memcpy(parameters[1].as.uuid, request->actor->user, 16); /* never NULL: the route demands HEARTH_ACCESS_USER */
    parameters[2].as.bytes = (hearth_bytes){(const uint8_t *)text, (uint64_t)(end - text)};
    parameters[3].as.integer = self->core->now(self->host);
    hearth_statement statement = {
        .size = sizeof statement,
        .sql = HEARTH_STRING("INSERT INTO greeter_greetings (id, user_id, message, created_at) VALUES ($1, $2, $3, $4)"
                             " RETURNING id, message, created_at"),
        .parameters = parameters,
        .parameter_count = 4,
        .columns = greeting_columns,
        .column_count = 3,
    };
    return run(self, request->context, &statement, greeting_kept);
}

/* ---- GET /api/greeter/greetings: lists the last hundred. */

static const char list_operation[] =
    "{\"summary\": \"List my greetings\", \"description\": \"The last hundred, newest first.\", \"tags\": [\"greeter\"],"
    " \"responses\": {\"200\": {\"description\": \"The greetings\", \"content\": {\"application/json\": {\"schema\":"
    "   {\"type\": \"object\", \"required\": [\"greetings\"], \"properties\": {\"greetings\":"
    "     {\"type\": \"array\", \"items\": {\"$ref\": \"#/components/schemas/Greeting\"}}}}}}}}}";

static void greetings_listed(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    (void)result_count;
    waiting request = take(user);
    if (error != NULL) {
        fail(request.self, request.context, error->status, error->message);
        return;
    }
    const hearth_rows *rows = results[0];
    uint64_t capacity = 32;
    for (uint64_t i = 0; i < rows->row_count; i++) {
        capacity += GREETING(rows->values[i * 3 + 1].as.bytes.length);
    }
    char *body = reserve(request.self, request.context, capacity);
    if (body != NULL) {
        char *end = put(body, "{\"greetings\":[");
        for (uint64_t i = 0; i < rows->row_count; i++) {
            end = put(end, i > 0 ? "," : "");
            end = put_greeting(end, &rows->values[i * 3]);
        }
        respond(request.self, request.context, 200, body, put(end, "]}"));
    }
}

static hearth_outcome list_greetings(void *user, const hearth_request *request)
{
    hearth_value caller = {.type = HEARTH_UUID};
    memcpy(caller.as.uuid, request->actor->user, 16);
    hearth_statement statement = {
        .size = sizeof statement,
        /* Identifiers are UUIDs of version 7: their order is that of time. */
        .sql = HEARTH_STRING("SELECT id, message, created_at FROM greeter_greetings WHERE user_id = $1"
                             " ORDER BY id DESC LIMIT 100"),
        .parameters = &caller,
        .parameter_count = 1,
        .columns = greeting_columns,
        .column_count = 3,
    };
    return run(user, request->context, &statement, greetings_listed);
}

/* ---- Jobs: one is enqueued for each event, one comes by schedule. Each is ended once, as a request is completed once. */

static void end_job(const greeter *self, hearth_context context, const hearth_error *error)
{
    hearth_job_end end = {.size = sizeof end, .result = HEARTH_JOB_COMPLETED};
    if (error != NULL) { /* tried again later */
        end.result = HEARTH_JOB_FAILED;
        end.message = error->message;
    }
    self->jobs->end(self->host, context, &end);
}

static hearth_outcome cheer(void *user, const hearth_job *job)
{
    const greeter *self = user;
    self->core->metric(self->host, HEARTH_METRIC_COUNTER, HEARTH_STRING("cheers_total"), NULL, 0, 1);
    self->jobs->log(self->host, job->context, HEARTH_STRING("Well done."));
    end_job(self, job->context, NULL);
    return HEARTH_HANDLER_DONE;
}

static void tidied(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count)
{
    (void)results, (void)result_count;
    waiting job = take(user);
    end_job(job.self, job.context, error);
}

#define YEAR (366 * 86400 * INT64_C(1000000)) /* microseconds, as long as greetings are kept */

static hearth_outcome tidy(void *user, const hearth_job *job)
{
    const greeter *self = user;
    hearth_value oldest = {.type = HEARTH_TIMESTAMP};
    oldest.as.integer = self->core->now(self->host) - YEAR;
    hearth_statement statement = {
        .size = sizeof statement,
        .sql = HEARTH_STRING("DELETE FROM greeter_greetings WHERE created_at < $1"),
        .parameters = &oldest,
        .parameter_count = 1,
    };
    return run(self, job->context, &statement, tidied);
}

static hearth_status add_jobs(greeter *self)
{
    hearth_job_kind kinds[] = {
        {.size = sizeof kinds[0], .name = HEARTH_STRING("cheer"), .run = cheer, .user = self},
        {.size = sizeof kinds[0], .name = HEARTH_STRING("tidy"), .run = tidy, .user = self},
    };
    hearth_schedule nightly = {
        .size = sizeof nightly,
        .name = HEARTH_STRING("nightly"),
        .kind = HEARTH_STRING("tidy"),
        .cron = HEARTH_STRING("17 3 * * *"), /* UTC, since no zone is named */
    };
    hearth_status status = self->jobs->add_kind(self->host, &kinds[0]);
    if (status == HEARTH_OK) {
        status = self->jobs->add_kind(self->host, &kinds[1]);
    }
    return status == HEARTH_OK ? self->jobs->add_schedule(self->host, &nightly) : status;
}

/* ---- An event: told after its commit, at least once, whoever publishes it. */

static void cheer_enqueued(void *user, const hearth_error *error, const uint8_t *ids, const uint32_t *is_new, uint64_t count)
{
    (void)ids, (void)is_new, (void)count;
    waiting event = take(user);
    event.self->events->answer_event(event.self->host, event.context, error); /* NULL: done, and not told again */
}

static hearth_outcome hear_completion(void *user, const hearth_event *event)
{
    const greeter *self = user;
    waiting *telling = malloc(sizeof *telling);
    if (telling == NULL) {
        return HEARTH_HANDLER_FAILED; /* told again later */
    }
    *telling = (waiting){self, event->context};
    hearth_new_job job = {.size = sizeof job, .kind = HEARTH_STRING("cheer"), .payload = event->payload};
    if (self->jobs->enqueue(self->host, event->context, &job, 1, cheer_enqueued, telling) == HEARTH_OK) {
        return HEARTH_HANDLER_PENDING;
    }
    free(telling);
    return HEARTH_HANDLER_FAILED;
}

static hearth_status subscribe(greeter *self)
{
    hearth_subscription subscription = {
        .size = sizeof subscription,
        .name = HEARTH_STRING("cheers"), /* the host remembers it by this name */
        .event = HEARTH_STRING("habit.completed/1"),
        .handle = hear_completion,
        .user = self,
    };
    return self->events->subscribe(self->host, &subscription);
}

/* ---- Life. */

static const char greeting_schema[] =
    "{\"type\": \"object\", \"required\": [\"id\", \"message\", \"created_at\"], \"properties\": {"
    "   \"id\": {\"type\": \"string\", \"format\": \"uuid\"},"
    "   \"message\": {\"type\": \"string\"},"
    "   \"created_at\": {\"type\": \"string\", \"format\": \"date-time\"}}}";

static hearth_status add_route(greeter *self, const char *method, const char *path, hearth_access access,
                               const char *operation, hearth_handler handler)
{
    hearth_route route = {
        .size = sizeof route,
        .access = access,
        .method = {method, strlen(method)},
        .path = {path, strlen(path)},
        .operation = {operation, strlen(operation)},
        .handle = handler,
        .user = self,
    };
    return self->http->add_route(self->host, &route);
}

/* Registers everything. After a failure the host undoes what was registered, and the log has said what is wrong with it. */
static hearth_status register_all(greeter *self)
{
    hearth_status status = self->core->setting_text(self->host, HEARTH_STRING("greeting"), &self->greeting);
    if (status == HEARTH_OK) {
        status = self->http->add_schema(self->host, HEARTH_STRING("Greeting"), HEARTH_STRING(greeting_schema));
    }
    if (status == HEARTH_OK) {
        status = add_route(self, "GET", "/greeter/hello", HEARTH_ACCESS_PUBLIC, hello_operation, say_hello);
    }
    if (status == HEARTH_OK) {
        status = add_route(self, "POST", "/greeter/greetings", HEARTH_ACCESS_USER, keep_operation, keep_greeting);
    }
    if (status == HEARTH_OK) {
        status = add_route(self, "GET", "/greeter/greetings", HEARTH_ACCESS_USER, list_operation, list_greetings);
    }
    if (status == HEARTH_OK) {
        status = add_jobs(self);
    }
    if (status == HEARTH_OK) {
        status = subscribe(self);
    }
    return status;
}

static hearth_status init(const hearth_host *host, void **instance)
{
    greeter *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->set_error(host, HEARTH_STRING("out of memory"));
        return HEARTH_FAILED;
    }
    self->host = host;
    self->core = host->get_interface(host, HEARTH_STRING(HEARTH_CORE_1));
    self->http = host->get_interface(host, HEARTH_STRING(HEARTH_HTTP_1));
    self->database = host->get_interface(host, HEARTH_STRING(HEARTH_DATABASE_1));
    self->events = host->get_interface(host, HEARTH_STRING(HEARTH_EVENTS_1));
    self->jobs = host->get_interface(host, HEARTH_STRING(HEARTH_JOBS_1));
    hearth_status status = HEARTH_DENIED;
    if (self->core == NULL || self->http == NULL || self->database == NULL || self->events == NULL || self->jobs == NULL) {
        host->set_error(host, HEARTH_STRING("greeter needs hearth.core/1, hearth.http/1, hearth.database/1, hearth.events/1"
                                            " and hearth.jobs/1"));
    } else {
        status = register_all(self);
    }
    if (status != HEARTH_OK) {
        free(self); /* stop is not called after a failed init */
        return status;
    }
    *instance = self;
    return HEARTH_OK;
}

static void stop(void *instance)
{
    free(instance); /* every request is over by now, so nobody reads it any more */
}

static const hearth_plugin plugin = {
    .size = sizeof plugin,
    .abi = HEARTH_ABI,
    .id = HEARTH_STRING_INIT("greeter"),
    .version = HEARTH_STRING_INIT("1.0.0"),
    .init = init,
    .stop = stop,
};

HEARTH_EXPORT const hearth_plugin *hearth_plugin_entry(void)
{
    return &plugin;
}
