/*
 * hearth.client/1: HTTP requests to other servers.
 *
 * A plugin reaches whom the operator has granted in plugins.conf ([plugins.<id>.client], docs/operating.md) and nobody
 * else: anything else, after a redirect too, is HEARTH_DENIED with the code "destination". An address that is not public
 * is HEARTH_DENIED with "private_address" unless its network is granted. The addresses of a name are looked up once and
 * checked, and the connection goes to what was checked.
 *
 * Inside a transaction every call is HEARTH_DENIED: a server that is slow would hold locks for as long. Read before, or
 * enqueue what is to be sent.
 *
 * What fails for a moment is tried again, with growing pauses or when Retry-After says, if that does no harm: methods GET,
 * HEAD, OPTIONS, PUT and DELETE, those marked as HEARTH_CLIENT_IDEMPOTENT, and any that cannot have been sent. An origin that
 * fails five times in a row is left alone for ten seconds: HEARTH_UNAVAILABLE with the code "circuit_open".
 */
#ifndef HEARTH_CLIENT_H
#define HEARTH_CLIENT_H

#include "http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_CLIENT_1 "hearth.client/1"

/* Flags of a request; unknown flags are refused. */
enum {
    HEARTH_CLIENT_IDEMPOTENT = 1u << 0,    /* trying it twice does no harm, whatever the method: it carries a key by which the server knows it again */
    HEARTH_CLIENT_NO_REDIRECTS = 1u << 1,  /* a redirect is the response */
    HEARTH_CLIENT_STREAMED_BODY = 1u << 2  /* the body is given piece by piece with write; only with open. Tried once */
};

/* A request. Passed by pointer. */
typedef struct hearth_client_request {
    uint32_t size;
    uint32_t flags;             /* HEARTH_CLIENT_… */
    hearth_string method;       /* GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE */
    hearth_string url;          /* absolute, http or https, percent-encoded, without a user name */
    const hearth_pair *headers; /* may be NULL. Host, Content-Length, Transfer-Encoding and Connection are the host's. Authorization and Cookie do not follow a redirect to another origin */
    uint64_t header_count;
    hearth_bytes body;
    uint32_t timeout;           /* milliseconds for all attempts and redirects; with open: until the head, and then for each piece. 0: 30,000. Never later than the deadline of the context */
    uint32_t attempts;          /* at most; 0: 3 */
    uint64_t response_limit;    /* bytes of the response body; 0: 10 MiB */
} hearth_client_request;

/* A response. Passed by pointer. */
typedef struct hearth_client_response {
    uint32_t size;
    uint32_t status;            /* any: 404 and 500 are responses, not errors */
    hearth_string url;          /* where it came from in the end, after redirects */
    const hearth_pair *headers; /* in the order received */
    uint64_t header_count;
    hearth_bytes body;          /* empty when it is to be read with read */
} hearth_client_response;

/*
 * The completion of send and open. Called exactly once for each call that answered HEARTH_OK, possibly before that call has
 * returned.
 *
 *   user      as given with the call
 *   error     NULL on success
 *   response  NULL after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_client_answered)(void *user, const hearth_error *error, const hearth_client_response *response);

typedef struct hearth_client {
    uint32_t size;

    /*
     * Sends a request and collects the response.
     *
     *   request  what is sent
     *   done     receives the response
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything is copied; what done receives lives until it returns.
     * Returns:   HEARTH_OK: done will be called; HEARTH_STALE; HEARTH_INVALID for a malformed argument; HEARTH_DENIED
     *            inside a transaction. done receives HEARTH_INVALID, HEARTH_DENIED (see above), HEARTH_UNAVAILABLE (codes
     *            "dns", "connect", "closed", "circuit_open"), HEARTH_TIMEOUT, HEARTH_TOO_LARGE, HEARTH_BUSY with 100 calls
     *            under way, HEARTH_CANCELLED when nobody waits any more, HEARTH_FAILED (codes "tls", "redirects").
     */
    hearth_status (*send)(const hearth_host *host, hearth_context context, const hearth_client_request *request,
                          hearth_client_answered done, void *user);

    /*
     * Sends a request whose response is read piece by piece, and whose body may be given so. The exchange belongs to the
     * context and ends with it, or with close.
     *
     *   exchange  where to put its number, before anything else happens
     *   done      receives the head of the response
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: as send.
     * Returns:   as send.
     */
    hearth_status (*open)(const hearth_host *host, hearth_context context, const hearth_client_request *request,
                          hearth_client_answered done, void *user, uint64_t *exchange);

    /*
     * Gives a piece of the body of a request with HEARTH_CLIENT_STREAMED_BODY. Give the next one when `done` was called: that
     * is the back-pressure.
     *
     *   chunk  the piece; the last one may be empty
     *   last   1 with the last piece
     *   done   called when it has been handed to the network
     *   user   passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: the piece is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE when context or exchange is over; HEARTH_BUSY while an earlier piece is under way;
     *            HEARTH_DENIED after the last piece, and without the flag. done receives HEARTH_CANCELLED when nobody takes it.
     */
    hearth_status (*write)(const hearth_host *host, hearth_context context, uint64_t exchange, hearth_bytes chunk, uint32_t last,
                           hearth_done done, void *user);

    /*
     * Reads the next piece of the response, after its head has come. What is not read stays in the network.
     *
     *   chunk  receives the piece; with the last one, which is empty, the exchange is over
     *   user   passed to it
     *
     * Thread:    [any-thread]; `chunk` is called [host].
     * Ownership: user is the plugin's and must live until chunk is called.
     * Returns:   HEARTH_OK; HEARTH_STALE when context or exchange is over; HEARTH_BUSY while an earlier piece is under way, or
     *            the head is. chunk receives the errors of send.
     */
    hearth_status (*read)(const hearth_host *host, hearth_context context, uint64_t exchange, hearth_chunk chunk, void *user);

    /*
     * Ends an exchange that is not read to its end. What waits for it receives HEARTH_CANCELLED.
     *
     * Thread:    [any-thread]
     * Ownership: nothing is passed.
     * Returns:   HEARTH_OK; HEARTH_STALE when context or exchange is over.
     */
    hearth_status (*close)(const hearth_host *host, hearth_context context, uint64_t exchange);
} hearth_client;

#ifdef __cplusplus
}
#endif

#endif
