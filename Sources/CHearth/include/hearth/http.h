/*
 * hearth.http/1: routes, requests, answers.
 *
 * A route is declared once, as an OpenAPI 3.1 Operation Object in JSON: parameters, request body,
 * responses, texts. The host validates each request against it before the plugin sees it, and
 * publishes it at GET /api/openapi.json.
 */
#ifndef HEARTH_HTTP_H
#define HEARTH_HTTP_H

#include "core.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_HTTP_1 "hearth.http/1"

/* Who may call a route. */
typedef uint32_t hearth_access;
enum {
    HEARTH_ACCESS_PUBLIC = 1,   /* everybody; a token is not looked at */
    HEARTH_ACCESS_OPTIONAL = 2, /* everybody; a valid token makes the actor known, a bad one is 401 */
    HEARTH_ACCESS_USER = 3,     /* a valid token, else 401 */
    HEARTH_ACCESS_ADMIN = 4     /* a valid token of an administrator, else 401 or 403 */
};

/* Flags of a route; unknown flags are refused. */
enum {
    HEARTH_ROUTE_BLOCKING = 1u << 0,     /* the handler blocks: it runs on the bounded pool for such work */
    HEARTH_ROUTE_STREAMED_BODY = 1u << 1 /* the body is not collected: read it with read_body. Its content is not validated */
};

/* Part of a form: multipart/form-data or application/x-www-form-urlencoded. Frozen. */
typedef struct hearth_part {
    hearth_string name;
    hearth_string file_name;    /* empty when it is not a file */
    hearth_string content_type; /* empty when not given */
    hearth_bytes content;
} hearth_part;

/* What form the body has. An unknown value counts as HEARTH_BODY_BYTES. */
typedef uint32_t hearth_body_kind;
enum {
    HEARTH_BODY_BYTES = 0, /* exact bytes in `body` */
    HEARTH_BODY_NONE = 1,  /* there is none */
    HEARTH_BODY_JSON = 2,  /* JSON text in `body`, valid by the declared schema */
    HEARTH_BODY_FORM = 3,  /* `parts`, valid by the declared schema */
    HEARTH_BODY_STREAM = 4 /* to be read with read_body */
};

/*
 * A request, read only. It and everything that it points to lives until the request is completed:
 * also after its deadline or a disconnect, when the client has long been answered.
 */
typedef struct hearth_request {
    uint32_t size;
    hearth_body_kind body_kind;
    hearth_context context;           /* pass it to every call on behalf of this request */
    hearth_string method;             /* "GET" also for a HEAD request */
    hearth_string path;               /* as sent, percent-encoded, without the query */
    hearth_string query_text;         /* as sent, without the question mark */
    hearth_string request_id;
    const hearth_string *path_values; /* values of the path's parameters, decoded, in the order of the declared path */
    uint64_t path_value_count;
    const hearth_pair *query;         /* query parameters, decoded, in order; repeated names stay repeated */
    uint64_t query_count;
    hearth_bytes body;
    const hearth_part *parts;
    uint64_t part_count;
    const hearth_actor *actor;        /* NULL when nobody is authenticated */
} hearth_request;

/* An answer. Passed by pointer. */
typedef struct hearth_response {
    uint32_t size;
    uint32_t status;             /* 200 to 599 */
    hearth_string content_type;  /* empty: application/json when there is a body */
    const hearth_pair *headers;  /* further header fields; may be NULL. Content-Length, Connection, Date, and the request id are the host's. Cookies: one Set-Cookie field each */
    uint64_t header_count;
    hearth_bytes body;           /* may lie in the buffer given by reserve: then nothing is copied */
} hearth_response;

/*
 * Serves one request of a route.
 *
 *   user     as given with the route
 *   request  what is asked
 *
 * Thread:    [host] on a worker thread, which it must not block (HEARTH_ROUTE_BLOCKING lifts that); several
 *            requests at the same time.
 * Ownership: the request is the host's and lives until it is completed.
 * Returns:   what it did; see hearth_outcome.
 */
typedef hearth_outcome (*hearth_handler)(void *user, const hearth_request *request);

/* A route. Passed by pointer. */
typedef struct hearth_route {
    uint32_t size;
    uint32_t flags;                /* HEARTH_ROUTE_… */
    hearth_access access;          /* who may call it */
    uint32_t deadline;             /* milliseconds until the host answers 504 in the plugin's place; 0: the host's default */
    hearth_string method;          /* GET, POST, PUT, PATCH or DELETE. HEAD and OPTIONS are answered by the host */
    hearth_string path;            /* below /api, such as "/habits/{habit_id}" */
    const hearth_string *aliases;  /* further paths with the same parameters; may be NULL. A trailing slash and /api/v1 need no alias */
    uint64_t alias_count;
    uint64_t body_limit;           /* bytes; 0: the host's default (1 MiB for JSON, else 10 MiB) */
    hearth_string operation;       /* OpenAPI 3.1 Operation Object in JSON; its references point to #/components/schemas/<name> */
    hearth_handler handle;
    void *user;                    /* passed to handle */
    uint64_t rate_limit;           /* requests a minute of one user, or one address when nobody is authenticated, counted for this route alone; 0: the host's limit, counted for all such routes together. At most 1000000 */
} hearth_route;

/*
 * Receives one piece of a streamed body. Called exactly once for each call of read_body that answered HEARTH_OK, possibly
 * before that call has returned; may call read_body for the next piece.
 *
 *   user   as given to read_body
 *   chunk  the piece; the last one may be empty
 *   last   1 with the last piece
 *   error  NULL, or why the body ends early (HEARTH_TOO_LARGE, HEARTH_INVALID, HEARTH_TIMEOUT, HEARTH_CANCELLED); then last is 1
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: the bytes and the error live until it returns.
 * Returns:   nothing.
 */
typedef void (*hearth_chunk)(void *user, hearth_bytes chunk, uint32_t last, const hearth_error *error);

typedef struct hearth_http {
    uint32_t size;

    /*
     * Adds a JSON Schema that operations refer to as #/components/schemas/<name>.
     *
     *   name    letters, digits, underscores; unique in the whole host unless the text is equal
     *   schema  JSON Schema (draft 2020-12, the part that docs/writing-a-plugin.md lists)
     *
     * Thread:    [init]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_INVALID when it is no such schema; HEARTH_CONFLICT when another plugin
     *            has given the name to another schema; HEARTH_DENIED after init. The log says what and where.
     */
    hearth_status (*add_schema)(const hearth_host *host, hearth_string name, hearth_string schema);

    /*
     * Adds a route.
     *
     *   route  what to serve
     *
     * Thread:    [init]
     * Ownership: everything is copied but handle and user, which must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID when a member is wrong; HEARTH_CONFLICT when the method and path
     *            are taken; HEARTH_DENIED for a path that belongs to the host, or after init. The log says
     *            what, and names both owners.
     */
    hearth_status (*add_route)(const hearth_host *host, const hearth_route *route);

    /*
     * Reads a header field of the request.
     *
     *   name   in any case
     *   value  where to put it; repeated fields are joined with ", "
     *
     * Thread:    [any-thread]
     * Ownership: the value is the host's and lives until the request is completed.
     * Returns:   HEARTH_OK; HEARTH_NOT_FOUND; HEARTH_STALE.
     */
    hearth_status (*header)(const hearth_host *host, hearth_context context, hearth_string name, hearth_string *value);

    /*
     * Reads the next piece of a streamed body. Nothing more is taken from the network before the piece after it is asked for:
     * that is the back-pressure.
     *
     *   chunk  receives the piece
     *   user   passed to it
     *
     * Thread:    [any-thread]; `chunk` is called [host].
     * Ownership: user is the plugin's and must live until chunk is called.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_BUSY while an earlier piece is under way; HEARTH_DENIED when the route is not
     *            HEARTH_ROUTE_STREAMED_BODY or the last piece has been received.
     */
    hearth_status (*read_body)(const hearth_host *host, hearth_context context, hearth_chunk chunk, void *user);

    /*
     * Reserves memory for the body of the answer, so that it need not be copied. Called again with a
     * larger capacity it keeps what was written and may move it.
     *
     *   capacity  bytes, at most 64 MiB
     *   buffer    where to put the address
     *
     * Thread:    [any-thread], not while another call reserves for the same request.
     * Ownership: the memory is the host's; the plugin may write to it until it answers.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_TOO_LARGE.
     */
    hearth_status (*reserve)(const hearth_host *host, hearth_context context, uint64_t capacity, uint8_t **buffer);

    /*
     * Answers the request and completes it.
     *
     *   response  the answer
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied before it returns; the request is over afterwards.
     * Returns:   HEARTH_OK; HEARTH_STALE when it was completed before; HEARTH_TIMEOUT when the deadline had passed
     *            and HEARTH_CANCELLED when the client had gone: the answer is dropped and the request
     *            is over; HEARTH_INVALID when a member is wrong: the request is not over.
     */
    hearth_status (*respond)(const hearth_host *host, hearth_context context, const hearth_response *response);

    /*
     * Answers the request with a file, with ranges (RFC 9110) and conditional requests, and completes it.
     *
     *   response  status 200 and header fields; body is not read
     *   path      absolute, inside the plugin's data folder or its own folder
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied. The file is read after the call.
     * Returns:   as respond; HEARTH_DENIED for a path outside; HEARTH_NOT_FOUND when there is no such file:
     *            the request is not over.
     */
    hearth_status (*respond_file)(const hearth_host *host, hearth_context context, const hearth_response *response,
                                  hearth_string path);

    /*
     * Answers the request with an error of the uniform shape and completes it: {"detail", "request_id"},
     * with "errors" beside it when given.
     *
     *   status  400 to 599; 503 is sent with Retry-After: 1
     *   detail  one sentence for people
     *   errors  JSON array of {"loc", "msg", "type"} for 422; empty for none
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   as respond.
     */
    hearth_status (*fail)(const hearth_host *host, hearth_context context, uint32_t status, hearth_string detail,
                          hearth_string errors);

    /*
     * Begins an answer whose body is sent in pieces (server-sent events, downloads). The request is over
     * with close_stream.
     *
     *   response  status and header fields; body is sent as the first piece
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   as respond.
     */
    hearth_status (*open_stream)(const hearth_host *host, hearth_context context, const hearth_response *response);

    /*
     * Sends a piece of an answer. Send the next one when `done` was called: that is the back-pressure.
     *
     *   chunk  the piece
     *   done   called when it has been handed to the network
     *   user   passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: the piece is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_CANCELLED when the client has gone; HEARTH_BUSY while an earlier
     *            piece is under way; HEARTH_DENIED without open_stream.
     */
    hearth_status (*write_stream)(const hearth_host *host, hearth_context context, hearth_bytes chunk, hearth_done done,
                                  void *user);

    /*
     * Ends an answer that was begun with open_stream and completes the request.
     *
     * Thread:    [any-thread]
     * Ownership: nothing is passed.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_DENIED without open_stream.
     */
    hearth_status (*close_stream)(const hearth_host *host, hearth_context context);
} hearth_http;

#ifdef __cplusplus
}
#endif

#endif
