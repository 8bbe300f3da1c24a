/*
 * Streams in plain C: everything that client.h and files.h have.
 *
 * GET /streams/fetch?url=U&key=K   gets U piece by piece, keeps what comes under K, and answers {"status", "length", "wrong"}
 * GET /streams/post?url=U          posts "one two" in two pieces and answers with the status and length of what comes back
 * GET /streams/send?url=U          the same at once
 * GET /streams/copy?key=K          reads K piece by piece, puts it whole under "copy", and answers {"length", "listed"}
 * GET /streams/show?key=K          answers with K
 * GET /streams/drop?key=K          removes K
 *
 * "wrong" counts the calls that the host should have refused and has not.
 */
#include "../testing.h"

#define LIMIT 65536

typedef struct tables {
    const hearth_client *client;
    const hearth_files *files;
} tables;

/* A request on its way through the streams. */
typedef struct job {
    instance *self;
    hearth_context context;
    uint64_t source; /* streams */
    uint64_t target;
    uint32_t status;
    uint32_t wrong;
    uint32_t pieces;
    uint64_t length;
    uint8_t bytes[LIMIT];
} job;

static const tables *tables_of(const job *at) { return at->self->extra; }

static void expect(job *at, hearth_status status, hearth_status expected)
{
    at->wrong += status != expected;
}

static job *begin(void *user, const hearth_request *request)
{
    job *at = calloc(1, sizeof *at);
    if (at != NULL) {
        at->self = user;
        at->context = request->context;
    }
    return at;
}

static void finish(job *at, const hearth_error *error)
{
    if (error != NULL) {
        answer_error(at->self, at->context, error);
    } else {
        answer(at->self, at->context, 200, "{\"status\": %u, \"length\": %llu, \"wrong\": %u}", at->status,
               (unsigned long long)at->length, at->wrong);
    }
    free(at);
}

/* A call was not accepted: nothing of it will be completed. */
static void refuse(job *at, hearth_status status)
{
    hearth_error error = {.size = sizeof error, .status = status};
    finish(at, &error);
}

static void go_on(job *at, hearth_status status)
{
    if (status != HEARTH_OK) {
        refuse(at, status);
    }
}

static void never_read(void *user, hearth_bytes chunk, uint32_t last, const hearth_error *error)
{
    (void)user, (void)chunk, (void)last, (void)error;
}

/* Fetch: a response becomes a file. */

static void fetched(void *user, hearth_bytes chunk, uint32_t last, const hearth_error *error);

static void kept(void *user, const hearth_error *error, const hearth_file *file)
{
    job *at = user;
    const tables *have = tables_of(at);
    if (error != NULL || file != NULL) {
        if (file != NULL) {
            at->length = file->length;
            /* Both streams have ended by themselves. */
            expect(at, have->files->close(at->self->host, at->context, at->target), HEARTH_STALE);
            expect(at, have->client->close(at->self->host, at->context, at->source), HEARTH_STALE);
        }
        finish(at, error);
        return;
    }
    go_on(at, have->client->read(at->self->host, at->context, at->source, fetched, at));
}

static void fetched(void *user, hearth_bytes chunk, uint32_t last, const hearth_error *error)
{
    job *at = user;
    if (error != NULL) {
        finish(at, error);
        return;
    }
    go_on(at, tables_of(at)->files->write(at->self->host, at->context, at->target, chunk, last, kept, at));
}

static void answered(void *user, const hearth_error *error, const hearth_client_response *response)
{
    job *at = user;
    const tables *have = tables_of(at);
    if (error != NULL) {
        finish(at, error);
        return;
    }
    at->status = response->status;
    /* One stream is no stream of the other interface. */
    expect(at, have->files->read(at->self->host, at->context, at->source, never_read, NULL), HEARTH_STALE);
    expect(at, have->client->read(at->self->host, at->context, at->target, never_read, NULL), HEARTH_STALE);
    expect(at, have->files->read(at->self->host, at->context, 987654321, never_read, NULL), HEARTH_STALE);
    go_on(at, have->client->read(at->self->host, at->context, at->source, fetched, at));
}

static hearth_outcome fetch(void *user, const hearth_request *request)
{
    job *at = begin(user, request);
    if (at == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    const tables *have = tables_of(at);
    hearth_new_file file = {.size = sizeof file, .key = text("../out"), .content_type = text("text/plain")};
    uint64_t stream = 0;
    expect(at, have->files->create(at->self->host, at->context, &file, &stream), HEARTH_INVALID);
    file.key = query_value(request, "key");
    file.content_type = text("no type");
    expect(at, have->files->create(at->self->host, at->context, &file, &stream), HEARTH_INVALID);
    file.content_type = text("text/plain");
    hearth_status status = have->files->create(at->self->host, at->context, &file, &at->target);
    hearth_client_request call = {.size = sizeof call, .method = text("GET"), .url = query_value(request, "url")};
    if (status == HEARTH_OK) {
        status = have->client->open(at->self->host, at->context, &call, answered, at, &at->source);
    }
    go_on(at, status);
    return HEARTH_HANDLER_PENDING;
}

/* Post: the body of a request in pieces, and at once. */

static void posted(void *user, const hearth_error *error, const hearth_client_response *response)
{
    job *at = user;
    if (error == NULL) {
        at->status = response->status;
        at->length = response->body.length;
    }
    finish(at, error);
}

static void read_back(void *user, hearth_bytes chunk, uint32_t last, const hearth_error *error)
{
    job *at = user;
    at->length += chunk.length;
    if (last || error != NULL) {
        finish(at, error);
        return;
    }
    go_on(at, tables_of(at)->client->read(at->self->host, at->context, at->source, read_back, at));
}

static void headed(void *user, const hearth_error *error, const hearth_client_response *response)
{
    job *at = user;
    if (error != NULL) {
        finish(at, error);
        return;
    }
    at->status = response->status;
    go_on(at, tables_of(at)->client->read(at->self->host, at->context, at->source, read_back, at));
}

static void taken(void *user, const hearth_error *error)
{
    job *at = user;
    hearth_string rest = text(" two");
    hearth_bytes piece = {(const uint8_t *)rest.data, rest.length};
    if (error == NULL && at->pieces++ == 0) {
        tables_of(at)->client->write(at->self->host, at->context, at->source, piece, 1, taken, at);
    }
}

static hearth_outcome post(void *user, const hearth_request *request)
{
    job *at = begin(user, request);
    if (at == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    const tables *have = tables_of(at);
    hearth_client_request call = {.size = sizeof call,
                                  .flags = HEARTH_CLIENT_STREAMED_BODY,
                                  .method = text("POST"),
                                  .url = query_value(request, "url")};
    hearth_status status = have->client->open(at->self->host, at->context, &call, headed, at, &at->source);
    if (status != HEARTH_OK) {
        refuse(at, status);
        return HEARTH_HANDLER_PENDING;
    }
    hearth_string word = text("one");
    hearth_bytes piece = {(const uint8_t *)word.data, word.length};
    have->client->write(at->self->host, at->context, at->source, piece, 0, taken, at);
    return HEARTH_HANDLER_PENDING;
}

static hearth_outcome send(void *user, const hearth_request *request)
{
    job *at = begin(user, request);
    if (at == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    hearth_string words = text("one two");
    hearth_client_request call = {.size = sizeof call, .method = text("POST"), .url = query_value(request, "url")};
    call.body = (hearth_bytes){(const uint8_t *)words.data, words.length};
    go_on(at, tables_of(at)->client->send(at->self->host, at->context, &call, posted, at));
    return HEARTH_HANDLER_PENDING;
}

/* Copy: a file becomes another one. */

static void listed(void *user, const hearth_error *error, const hearth_file *const *files, uint64_t count)
{
    job *at = user;
    at->status = (uint32_t)count;
    expect(at, count > 0 && files[0]->length == at->length ? HEARTH_OK : HEARTH_FAILED, HEARTH_OK);
    finish(at, error);
}

static void copied(void *user, const hearth_error *error, const hearth_file *file)
{
    job *at = user;
    if (error != NULL) {
        finish(at, error);
        return;
    }
    at->length = file->length;
    go_on(at, tables_of(at)->files->list(at->self->host, at->context, text("cop"), text(""), 10, listed, at));
}

static void collected(void *user, hearth_bytes chunk, uint32_t last, const hearth_error *error)
{
    job *at = user;
    const tables *have = tables_of(at);
    if (error != NULL || at->length + chunk.length > LIMIT) {
        finish(at, error);
        return;
    }
    if (chunk.length > 0) {
        memcpy(at->bytes + at->length, chunk.data, chunk.length);
        at->length += chunk.length;
    }
    if (!last) {
        go_on(at, have->files->read(at->self->host, at->context, at->source, collected, at));
        return;
    }
    hearth_new_file file = {.size = sizeof file, .key = text("copy")};
    hearth_bytes all = {at->bytes, at->length};
    go_on(at, have->files->put(at->self->host, at->context, &file, all, copied, at));
}

static void opened(void *user, const hearth_error *error, const hearth_file *file)
{
    job *at = user;
    if (error != NULL || file == NULL) {
        finish(at, error);
        return;
    }
    go_on(at, tables_of(at)->files->read(at->self->host, at->context, at->source, collected, at));
}

static hearth_outcome copy(void *user, const hearth_request *request)
{
    job *at = begin(user, request);
    if (at == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    go_on(at, tables_of(at)->files->open(at->self->host, at->context, query_value(request, "key"), 0, UINT64_MAX, opened, at,
                                         &at->source));
    return HEARTH_HANDLER_PENDING;
}

/* The rest. */

static void shown(void *user, const hearth_error *error)
{
    job *at = user;
    if (error == NULL) {
        /* The request is over. */
        free(at);
    } else {
        finish(at, error);
    }
}

static hearth_outcome show(void *user, const hearth_request *request)
{
    job *at = begin(user, request);
    if (at == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    hearth_response response = {.size = sizeof response, .status = 200};
    go_on(at, tables_of(at)->files->respond(at->self->host, at->context, &response, query_value(request, "key"), shown, at));
    return HEARTH_HANDLER_PENDING;
}

static void dropped(void *user, const hearth_error *error)
{
    finish(user, error);
}

static hearth_outcome drop(void *user, const hearth_request *request)
{
    job *at = begin(user, request);
    if (at == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    go_on(at, tables_of(at)->files->remove(at->self->host, at->context, query_value(request, "key"), dropped, at));
    return HEARTH_HANDLER_PENDING;
}

static hearth_status set_up(instance *self)
{
    tables *have = calloc(1, sizeof *have);
    self->extra = have;
    if (have == NULL) {
        return HEARTH_FAILED;
    }
    have->client = self->host->get_interface(self->host, text(HEARTH_CLIENT_1));
    have->files = self->host->get_interface(self->host, text(HEARTH_FILES_1));
    if (have->client == NULL || have->files == NULL) {
        return HEARTH_DENIED;
    }
    const served routes[] = {
        ROUTE("GET", "/streams/fetch", fetch), ROUTE("GET", "/streams/post", post), ROUTE("GET", "/streams/send", send),
        ROUTE("GET", "/streams/copy", copy),   ROUTE("GET", "/streams/show", show), ROUTE("GET", "/streams/drop", drop),
    };
    return SERVE_ALL(self, routes);
}

PLUGIN("streams")
