/*
 * Uses what hearth.http/1 has beyond a plain answer, and does it right. What each route must answer stands beside it;
 * PluginHTTPTests drives them.
 */
#include "../testing.h"

#include <unistd.h>

/* What was seen of the latest stream and of the latest cancellation. */
typedef struct features {
    uint32_t pieces;   /* taken by the network so far */
    uint32_t ended;    /* status of the latest stream's end: HEARTH_OK, or why no more pieces were taken */
    uint32_t told;     /* calls of on_cancel */
    uint32_t late;     /* status of the answer that was given because of it */
    char file[512];    /* a file in the data folder, 1,000 bytes */
    char link[512];    /* a link there to a file outside */
} features;

static features *extra(instance *self)
{
    return self->extra;
}

static void set(uint32_t *number, uint32_t value)
{
    __atomic_store_n(number, value, __ATOMIC_SEQ_CST);
}

static uint32_t get(uint32_t *number)
{
    return __atomic_load_n(number, __ATOMIC_SEQ_CST);
}

static hearth_outcome respond(instance *self, const hearth_request *request, const hearth_response *response)
{
    return self->http->respond(self->host, request->context, response) == HEARTH_OK ? HEARTH_HANDLER_DONE
                                                                                    : HEARTH_HANDLER_FAILED;
}

static hearth_outcome tell(void *user, const hearth_request *request)
{
    instance *self = user;
    features *all = extra(self);
    answer(self, request->context, 200, "{\"pieces\": %u, \"ended\": %u, \"told\": %u, \"late\": %u}", get(&all->pieces),
           get(&all->ended), get(&all->told), get(&all->late));
    return HEARTH_HANDLER_DONE;
}

/* ---- Streamed answers: GET /stream?pieces=10&bytes=10. Each piece waits for the one before it. */

typedef struct stream {
    instance *self;
    hearth_context context;
    uint32_t pieces;
    uint32_t bytes;
} stream;

static void write_next(stream *open);

static void end_stream(stream *open, hearth_status status)
{
    set(&extra(open->self)->ended, status);
    open->self->http->close_stream(open->self->host, open->context);
    free(open);
}

static void piece_taken(void *user, const hearth_error *error)
{
    stream *open = user;
    if (error != NULL) {
        end_stream(open, error->status);
        return;
    }
    __atomic_add_fetch(&extra(open->self)->pieces, 1, __ATOMIC_SEQ_CST);
    open->pieces--;
    write_next(open);
}

static void write_next(stream *open)
{
    if (open->pieces == 0) {
        end_stream(open, HEARTH_OK);
        return;
    }
    uint8_t *bytes = malloc(open->bytes + 1);
    memset(bytes, 'a' + (int)(open->pieces % 26), open->bytes);
    hearth_status status = open->self->http->write_stream(open->self->host, open->context,
                                                          (hearth_bytes){bytes, open->bytes}, piece_taken, open);
    free(bytes);
    if (status != HEARTH_OK) {
        end_stream(open, status);
    }
}

static hearth_outcome serve_stream(void *user, const hearth_request *request)
{
    instance *self = user;
    stream *open = malloc(sizeof *open);
    *open = (stream){self, request->context, query_number(request, "pieces", 10), query_number(request, "bytes", 10)};
    set(&extra(self)->pieces, 0);
    set(&extra(self)->ended, NOTHING_SEEN);
    hearth_response response = {.size = sizeof response, .status = 200, .content_type = text("text/plain")};
    hearth_status status = self->http->open_stream(self->host, request->context, &response);
    if (status != HEARTH_OK) {
        free(open);
        return HEARTH_HANDLER_FAILED;
    }
    write_next(open);
    return HEARTH_HANDLER_PENDING;
}

/* GET /events: a stream that sends nothing after its first piece, until it is told that nobody listens. */
static void leave_events(void *user)
{
    stream *open = user;
    features *all = extra(open->self);
    __atomic_add_fetch(&all->told, 1, __ATOMIC_SEQ_CST);
    set(&all->late, open->self->http->close_stream(open->self->host, open->context));
    free(open);
}

static hearth_outcome serve_events(void *user, const hearth_request *request)
{
    instance *self = user;
    stream *open = malloc(sizeof *open);
    *open = (stream){self, request->context, 0, 0};
    set(&extra(self)->told, 0);
    set(&extra(self)->late, NOTHING_SEEN);
    hearth_response response = {
        .size = sizeof response, .status = 200, .content_type = text("text/event-stream"),
        .body = {(const uint8_t *)"data: 1\n\n", 9}};
    hearth_context context = request->context;
    if (self->http->open_stream(self->host, context, &response) != HEARTH_OK) {
        free(open);
        return HEARTH_HANDLER_FAILED;
    }
    self->core->on_cancel(self->host, context, leave_events, open);
    return HEARTH_HANDLER_PENDING;
}

/* GET /misused-streams: what is DENIED without open_stream. */
static void never_taken(void *user, const hearth_error *error)
{
    (void)user;
    (void)error;
}

static hearth_outcome misuse_streams(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_context context = request->context;
    hearth_status written = self->http->write_stream(self->host, context, (hearth_bytes){NULL, 0}, never_taken, NULL);
    hearth_status closed = self->http->close_stream(self->host, context);
    answer(self, context, 200, "{\"write\": %u, \"close\": %u}", written, closed);
    return HEARTH_HANDLER_DONE;
}

/* ---- Cancellation: GET /wait (60 s) and /wait-briefly (200 ms) answer when they are told to stop, in on_cancel itself. */

typedef struct waiting {
    instance *self;
    hearth_context context;
} waiting;

static void stop_waiting(void *user)
{
    waiting *open = user;
    features *all = extra(open->self);
    hearth_status status = answer(open->self, open->context, 200, "{\"waited\": true}");
    __atomic_add_fetch(&all->told, 1, __ATOMIC_SEQ_CST);
    set(&all->late, status);
    free(open);
}

static hearth_outcome wait_until_cancelled(void *user, const hearth_request *request)
{
    instance *self = user;
    waiting *open = malloc(sizeof *open);
    *open = (waiting){self, request->context};
    set(&extra(self)->told, 0);
    set(&extra(self)->late, NOTHING_SEEN);
    if (self->core->on_cancel(self->host, request->context, stop_waiting, open) != HEARTH_OK) {
        free(open);
        return HEARTH_HANDLER_FAILED;
    }
    return HEARTH_HANDLER_PENDING;
}

/* GET /ignore: is not told, and answers after ?milliseconds= all the same. */
static void answer_ignorantly(instance *self, hearth_context context)
{
    set(&extra(self)->late, answer(self, context, 200, "{\"ignored\": true}"));
}

static hearth_outcome ignore_cancellation(void *user, const hearth_request *request)
{
    instance *self = user;
    set(&extra(self)->late, NOTHING_SEEN);
    return later(self, request->context, query_number(request, "milliseconds", 500), answer_ignorantly);
}

/* ---- Streamed bodies: POST /upload, at most 4 MiB. */

typedef struct upload {
    instance *self;
    hearth_context context;
    uint64_t bytes;
    uint64_t sum;
    hearth_status again;
} upload;

static void take_chunk(void *user, hearth_bytes chunk, uint32_t last, const hearth_error *error)
{
    upload *open = user;
    const hearth_http *http = open->self->http;
    if (last) { /* nothing follows */
        open->again = http->read_body(open->self->host, open->context, take_chunk, open);
    }
    for (uint64_t i = 0; i < chunk.length; i++) {
        open->sum += chunk.data[i];
    }
    open->bytes += chunk.length;
    if (error != NULL) {
        set(&extra(open->self)->ended, error->status);
        http->fail(open->self->host, open->context, error->status == HEARTH_TOO_LARGE ? 413 : 400, error->message, text(""));
        free(open);
    } else if (!last) {
        hearth_status status = http->read_body(open->self->host, open->context, take_chunk, open);
        if (status != HEARTH_OK) {
            http->fail(open->self->host, open->context, 500, text("the next piece cannot be read"), text(""));
            free(open);
        }
    } else {
        set(&extra(open->self)->ended, HEARTH_OK);
        answer(open->self, open->context, 200, "{\"bytes\": %llu, \"sum\": %llu, \"again\": %u}", (unsigned long long)open->bytes,
               (unsigned long long)open->sum, open->again);
        free(open);
    }
}

static hearth_outcome take_upload(void *user, const hearth_request *request)
{
    instance *self = user;
    upload *open = calloc(1, sizeof *open);
    hearth_context context = request->context;
    open->self = self;
    open->context = context;
    set(&extra(self)->ended, NOTHING_SEEN);
    open->again = NOTHING_SEEN;
    if (self->http->read_body(self->host, context, take_chunk, open) != HEARTH_OK) {
        free(open);
        return HEARTH_HANDLER_FAILED;
    }
    return HEARTH_HANDLER_PENDING;
}

/* POST /body: exact bytes; read_body is DENIED there. */
static hearth_outcome take_body(void *user, const hearth_request *request)
{
    instance *self = user;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < request->body.length; i++) {
        sum += request->body.data[i];
    }
    hearth_status status = self->http->read_body(self->host, request->context, take_chunk, NULL);
    answer(self, request->context, 200, "{\"kind\": %u, \"bytes\": %llu, \"sum\": %llu, \"read\": %u}", request->body_kind,
           (unsigned long long)request->body.length, (unsigned long long)sum, status);
    return HEARTH_HANDLER_DONE;
}

/* ---- Files. */

static hearth_outcome serve_path(instance *self, const hearth_request *request, const char *path)
{
    hearth_response response = {.size = sizeof response, .status = 200, .content_type = text("text/plain")};
    hearth_status status = self->http->respond_file(self->host, request->context, &response, text(path));
    if (status != HEARTH_OK) {
        answer(self, request->context, 200, "{\"status\": %u}", status);
    }
    return HEARTH_HANDLER_DONE;
}

static hearth_outcome serve_file(void *user, const hearth_request *request)
{
    return serve_path(user, request, extra(user)->file);
}

static hearth_outcome serve_outside(void *user, const hearth_request *request)
{
    return serve_path(user, request, "/etc/passwd");
}

static hearth_outcome serve_link(void *user, const hearth_request *request)
{
    return serve_path(user, request, extra(user)->link);
}

static hearth_outcome serve_dots(void *user, const hearth_request *request)
{
    char path[600];
    snprintf(path, sizeof path, "%.*s/../../plugins.conf", (int)(strrchr(extra(user)->file, '/') - extra(user)->file),
             extra(user)->file);
    return serve_path(user, request, path);
}

static hearth_outcome serve_missing(void *user, const hearth_request *request)
{
    char path[600];
    snprintf(path, sizeof path, "%s-not-there", extra(user)->file);
    return serve_path(user, request, path);
}

/* ---- Reserved memory: GET /grow?bytes=100000 writes ten bytes, asks for more, and answers from there. */

static hearth_outcome grow(void *user, const hearth_request *request)
{
    instance *self = user;
    uint32_t bytes = query_number(request, "bytes", 100000);
    uint8_t *small = NULL, *large = NULL, *never = NULL;
    if (self->http->reserve(self->host, request->context, 10, &small) != HEARTH_OK || small == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    memcpy(small, "0123456789", 10);
    if (self->http->reserve(self->host, request->context, bytes, &large) != HEARTH_OK || large == NULL) {
        return HEARTH_HANDLER_FAILED;
    }
    memset(large + 10, 'x', bytes - 10);
    hearth_status refused = self->http->reserve(self->host, request->context, (UINT64_C(64) << 20) + 1, &never);
    char number[12];
    snprintf(number, sizeof number, "%u", refused);
    hearth_pair header = {text("X-Refused"), text(number)};
    hearth_response response = {
        .size = sizeof response, .status = 200, .content_type = text("text/plain"), .headers = &header, .header_count = 1,
        .body = {large, bytes}};
    return respond(self, request, &response);
}

/* GET /retry: an answer from reserved memory that is refused for its content type; then the same one properly. */
static hearth_outcome retry(void *user, const hearth_request *request)
{
    instance *self = user;
    uint8_t *memory = NULL;
    if (self->http->reserve(self->host, request->context, 100000, &memory) != HEARTH_OK) {
        return HEARTH_HANDLER_FAILED;
    }
    memset(memory, 'r', 100000);
    hearth_response response = {
        .size = sizeof response, .status = 200, .content_type = text("text/\nplain"), .body = {memory, 100000}};
    if (self->http->respond(self->host, request->context, &response) != HEARTH_INVALID) {
        return HEARTH_HANDLER_FAILED;
    }
    memset(memory, 's', 50000); /* it is still the plugin's */
    response.content_type = text("text/plain");
    return respond(self, request, &response);
}

/* ---- Header fields: GET /headers */

static hearth_outcome serve_headers(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_string asked = text(""), missing = text("");
    hearth_status found = self->http->header(self->host, request->context, text("x-ASK"), &asked);
    hearth_status absent = self->http->header(self->host, request->context, text("X-Absent"), &missing);
    char body[300];
    int length = snprintf(body, sizeof body, "{\"found\": %u, \"asked\": \"%.*s\", \"absent\": %u}", found, (int)asked.length,
                          asked.length > 0 ? asked.data : "", absent);
    hearth_pair headers[] = {
        {text("Set-Cookie"), text("a=1; Path=/; HttpOnly")},
        {text("Set-Cookie"), text("b=2; Path=/")},
        {text("X-Answer"), text("yes")},
    };
    hearth_response response = {
        .size = sizeof response, .status = 203, .headers = headers, .header_count = 3,
        .body = {(const uint8_t *)body, (uint64_t)length}};
    return respond(self, request, &response);
}

static hearth_outcome redirect(void *user, const hearth_request *request)
{
    instance *self = user;
    hearth_pair header = {text("Location"), text("/api/http-features/ping")};
    hearth_response response = {.size = sizeof response, .status = 307, .headers = &header, .header_count = 1};
    return respond(self, request, &response);
}

/* ---- Forms: POST /form, with a name and perhaps a file. */

static hearth_outcome take_form(void *user, const hearth_request *request)
{
    char body[1500];
    int length = snprintf(body, sizeof body, "[");
    for (uint64_t i = 0; i < request->part_count && length < 1000; i++) {
        const hearth_part *part = &request->parts[i];
        length += snprintf(body + length, sizeof body - (size_t)length,
                           "%s{\"name\": \"%.*s\", \"file\": \"%.*s\", \"type\": \"%.*s\", \"content\": \"%.*s\"}", i > 0 ? ", " : "",
                           (int)part->name.length, part->name.data, (int)part->file_name.length, part->file_name.data,
                           (int)part->content_type.length, part->content_type.data, (int)part->content.length,
                           (const char *)part->content.data);
    }
    answer(user, request->context, 200, "{\"kind\": %u, \"parts\": %s]}", request->body_kind, body);
    return HEARTH_HANDLER_DONE;
}

/* ---- Registration. */

static hearth_status make_files(instance *self)
{
    hearth_string folder = self->core->data_folder(self->host);
    snprintf(extra(self)->file, sizeof extra(self)->file, "%.*s/letters.txt", (int)folder.length, folder.data);
    snprintf(extra(self)->link, sizeof extra(self)->link, "%.*s/passwd.txt", (int)folder.length, folder.data);
    FILE *file = fopen(extra(self)->file, "w");
    if (file == NULL) {
        self->host->set_error(self->host, text("the data folder cannot be written"));
        return HEARTH_FAILED;
    }
    for (int i = 0; i < 1000; i++) {
        fputc('a' + i % 26, file);
    }
    fclose(file);
    (void)!symlink("/etc/passwd", extra(self)->link);
    return HEARTH_OK;
}

#define FORM_SCHEMA                                                                                                    \
    "{\"schema\": {\"type\": \"object\", \"required\": [\"name\"], \"properties\": {\"name\": {\"type\": \"string\", "  \
    "\"minLength\": 2}, \"file\": {\"type\": \"string\"}}}}"
#define FORM                                                                                         \
    "\"requestBody\": {\"required\": true, \"content\": {\"application/x-www-form-urlencoded\": " FORM_SCHEMA \
    ", \"multipart/form-data\": " FORM_SCHEMA "}}, "
#define BYTES "\"requestBody\": {\"required\": true, \"content\": {\"application/octet-stream\": {\"schema\": {}}}}, "

static hearth_status set_up(instance *self)
{
    static const served routes[] = {
        ROUTE("GET", "/http-features/tell", tell),
        ROUTE("GET", "/http-features/stream", serve_stream),
        ROUTE("GET", "/http-features/events", serve_events, .deadline = 300),
        ROUTE("GET", "/http-features/misused-streams", misuse_streams),
        ROUTE("GET", "/http-features/wait", wait_until_cancelled, .deadline = 60000),
        ROUTE("GET", "/http-features/wait-briefly", wait_until_cancelled, .deadline = 200),
        ROUTE("GET", "/http-features/ignore", ignore_cancellation, .deadline = 60000),
        ROUTE("POST", "/http-features/upload", take_upload, .flags = HEARTH_ROUTE_STREAMED_BODY, .body_limit = 4 << 20,
              .members = BYTES),
        ROUTE("POST", "/http-features/body", take_body, .members = BYTES),
        ROUTE("GET", "/http-features/file", serve_file),
        ROUTE("GET", "/http-features/outside", serve_outside),
        ROUTE("GET", "/http-features/link", serve_link),
        ROUTE("GET", "/http-features/dots", serve_dots),
        ROUTE("GET", "/http-features/missing", serve_missing),
        ROUTE("GET", "/http-features/grow", grow),
        ROUTE("GET", "/http-features/retry", retry),
        ROUTE("GET", "/http-features/headers", serve_headers),
        ROUTE("GET", "/http-features/redirect", redirect),
        ROUTE("POST", "/http-features/form", take_form, .members = FORM),
    };
    self->extra = calloc(1, sizeof(features));
    if (self->extra == NULL) {
        return HEARTH_FAILED;
    }
    hearth_status status = make_files(self);
    return status == HEARTH_OK ? SERVE_ALL(self, routes) : status;
}

PLUGIN("http-features")
