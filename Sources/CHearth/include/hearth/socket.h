/*
 * hearth.socket/1: WebSocket paths of one's own, for protocols that are not the host's.
 *
 * The host does the handshake, asks for the token, keeps the rules of RFC 6455, compresses, and pings. The plugin
 * receives whole messages, one at a time, and sends whole messages. To tell clients what has happened,
 * hearth.realtime/1 is the shorter way.
 *
 * A connection is a context: it lives from open to the return of closed, and calls on its behalf (queries,
 * services) take it. It has no deadline.
 */
#ifndef HEARTH_SOCKET_H
#define HEARTH_SOCKET_H

#include "http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_SOCKET_1 "hearth.socket/1"

/* What a message consists of. */
typedef uint32_t hearth_message_kind;
enum {
    HEARTH_MESSAGE_TEXT = 1,  /* UTF-8 */
    HEARTH_MESSAGE_BINARY = 2 /* any bytes */
};

/* A connection that has just been opened. Lives until open returns. */
typedef struct hearth_connection {
    uint32_t size;
    uint32_t reserved;                /* 0 */
    hearth_context context;           /* the connection: pass it to every call */
    const hearth_actor *actor;        /* NULL when nobody is authenticated. Lives as long as the connection */
    hearth_string path;               /* as sent, percent-encoded, without the query */
    hearth_string query_text;         /* as sent, without the question mark; the token is taken out */
    const hearth_string *path_values; /* values of the path's parameters, decoded, in the order of the declared path */
    uint64_t path_value_count;
    hearth_string subprotocol;        /* the one agreed upon; empty for none */
} hearth_connection;

/*
 * A connection is open.
 *
 *   user        as given with the path
 *   connection  which
 *   own         where to put a pointer of the plugin's own, which is passed to message and closed
 *
 * Thread:    [host] on a worker thread, which it must not block; before any message of this connection.
 * Ownership: the connection is the host's and lives until it returns.
 * Returns:   HEARTH_HANDLER_DONE; anything else closes the connection with 1011, and closed is called.
 */
typedef hearth_outcome (*hearth_socket_opened)(void *user, const hearth_connection *connection, void **own);

/*
 * A message has come. The next one of this connection comes when it is done with: nothing more is read from a client
 * whose messages wait, and that is the back-pressure.
 *
 *   user     as given with the path
 *   own      as set by open
 *   context  the connection
 *   kind     what it consists of
 *   content  the message
 *
 * Thread:    [host] on a worker thread, which it must not block; one at a time for a connection.
 * Ownership: the content lives until it returns.
 * Returns:   HEARTH_HANDLER_DONE: the next one may come; HEARTH_HANDLER_PENDING: it may come when `next` is called;
 *            HEARTH_HANDLER_FAILED closes the connection with 1011.
 */
typedef hearth_outcome (*hearth_socket_message)(void *user, void *own, hearth_context context, hearth_message_kind kind,
                                                hearth_bytes content);

/*
 * A connection is over: the last call for it, after the last message was done with. When it returns, the context is over.
 *
 *   user     as given with the path
 *   own      as set by open; to be freed now
 *   context  the connection
 *   code     what it was closed with; 1005 for none, 1006 when the connection was lost
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: nothing is passed.
 * Returns:   nothing.
 */
typedef void (*hearth_socket_closed)(void *user, void *own, hearth_context context, uint32_t code);

/* A path that is served over WebSocket. Passed by pointer. */
typedef struct hearth_socket_path {
    uint32_t size;
    hearth_access access;               /* who may connect: the token stands in the header Authorization, in a sub-protocol or in the query */
    hearth_string path;                 /* below /api, such as "/builds/{build_id}/live" */
    hearth_string operation;            /* OpenAPI 3.1 Operation Object in JSON, as for a route */
    const hearth_string *subprotocols;  /* those that are spoken, the best first; may be NULL */
    uint64_t subprotocol_count;
    uint64_t message_limit;             /* bytes of a message, at most 16 MiB; 0: 64 KiB. More is closed with 1009 */
    uint64_t queue_limit;               /* bytes that may wait for a client that does not read; 0: 256 KiB. More is closed with 1013 */
    hearth_socket_opened opened;        /* may be NULL */
    hearth_socket_message message;
    hearth_socket_closed closed;        /* may be NULL */
    void *user;                         /* passed to all three */
} hearth_socket_path;

typedef struct hearth_socket {
    uint32_t size;

    /*
     * Adds a path.
     *
     *   path  what to serve
     *
     * Thread:    [init]
     * Ownership: everything is copied but the functions and user, which must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID when a member is wrong; HEARTH_DENIED for a path that belongs to the host,
     *            or after init. A path that is taken refuses the start, as for routes. The log says what is wrong.
     */
    hearth_status (*add_path)(const hearth_host *host, const hearth_socket_path *path);

    /*
     * Sends a message.
     *
     *   context  the connection
     *   kind     what it consists of
     *   content  the message; for text, UTF-8
     *   done     called when the network has taken it, or with HEARTH_CANCELLED when it never will: who sends the next one then
     *            never makes a slow client's queue overflow. NULL when nobody minds
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: the content is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE when the connection is over; HEARTH_INVALID; HEARTH_TOO_LARGE over 16 MiB.
     */
    hearth_status (*send)(const hearth_host *host, hearth_context context, hearth_message_kind kind, hearth_bytes content,
                          hearth_done done, void *user);

    /*
     * Takes the next message, after one that was answered with HEARTH_HANDLER_PENDING.
     *
     *   context  the connection
     *
     * Thread:    [any-thread]
     * Ownership: nothing is passed.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_DENIED when no message is pending.
     */
    hearth_status (*next)(const hearth_host *host, hearth_context context);

    /*
     * Closes a connection: what waits is sent first. closed is called when it is over.
     *
     *   context  the connection
     *   code     1000, 1001, 1008, 1011 or 3000 to 4999
     *   reason   for people, at most 123 bytes
     *
     * Thread:    [any-thread]
     * Ownership: the reason is copied.
     * Returns:   HEARTH_OK, also when it is being closed already; HEARTH_STALE; HEARTH_INVALID.
     */
    hearth_status (*close)(const hearth_host *host, hearth_context context, uint32_t code, hearth_string reason);
} hearth_socket;

#ifdef __cplusplus
}
#endif

#endif
