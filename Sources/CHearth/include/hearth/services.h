/*
 * hearth.services/1: plugins call each other by name and version.
 *
 * A service takes and gives JSON. Who provides one and who needs it stands in plugin.toml; needs order
 * the start and may not form a cycle, optional uses may. A call made in a transaction runs inside it: the provider gets a borrowed
 * transaction, in which it can query and set savepoints, but neither commit nor roll back.
 */
#ifndef HEARTH_SERVICES_H
#define HEARTH_SERVICES_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_SERVICES_1 "hearth.services/1"

/* A call of a service, as the provider sees it. Lives until the call is completed. */
typedef struct hearth_call {
    uint32_t size;
    uint32_t streaming;     /* 1 when the caller takes pieces before the reply */
    hearth_context context; /* in the caller's transaction, if it has one */
    hearth_string method;   /* such as "award" */
    hearth_string caller;   /* id of the calling plugin; empty for the host */
    hearth_bytes input;     /* JSON text */
} hearth_call;

/*
 * Serves a call; complete it with reply or fail. Inside a transaction it makes no outbound calls.
 *
 *   user  as given with the service
 *   call  what is asked
 *
 * Thread:    [host] on a worker thread, which it must not block; several calls at the same time.
 * Ownership: the call is the host's and lives until it is completed.
 * Returns:   what it did; see hearth_outcome.
 */
typedef hearth_outcome (*hearth_provider)(void *user, const hearth_call *call);

/* A service. Passed by pointer. */
typedef struct hearth_service {
    uint32_t size;
    uint32_t reserved;       /* 0 */
    hearth_string name;      /* with version: "progression/1", as in plugin.toml under `provides` */
    hearth_string schema;    /* JSON object: method → {"input": JSON Schema, "output": JSON Schema, "description"}; inputs are validated by it */
    hearth_provider handle;
    void *user;              /* passed to handle */
} hearth_service;

/*
 * The completion of a call. Called exactly once for each call that answered HEARTH_OK, possibly before that
 * call has returned.
 *
 *   user    as given with the call
 *   error   NULL on success
 *   output  the JSON text of the reply; empty after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: error and output live until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_reply)(void *user, const hearth_error *error, hearth_bytes output);

/*
 * Receives a piece that comes before the reply: in order, one at a time, never after the reply.
 *
 *   user   as given with the call
 *   piece  what the provider sent
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: the piece lives until it returns.
 * Returns:   nothing.
 */
typedef void (*hearth_piece)(void *user, hearth_bytes piece);

typedef struct hearth_services {
    uint32_t size;

    /*
     * Provides a service.
     *
     *   service  its name must stand in plugin.toml under `provides`
     *
     * Thread:    [init]
     * Ownership: everything is copied but handle and user, which must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID when a member is wrong or plugin.toml does not announce it;
     *            HEARTH_CONFLICT when another plugin provides it; HEARTH_DENIED after init.
     */
    hearth_status (*provide)(const hearth_host *host, const hearth_service *service);

    /*
     * Tells whether somebody provides a service at the moment.
     *
     *   name  with version
     *
     * Thread:    [any-thread]; in init the answer is not final for services that are used optionally.
     * Ownership: nothing is kept.
     * Returns:   1 or 0.
     */
    uint32_t (*available)(const hearth_host *host, hearth_string name);

    /*
     * Calls a service.
     *
     *   context  on whose behalf; in a transaction the call joins it
     *   name     with version; it must stand in plugin.toml under `needs` or `uses`
     *   method   of the service
     *   input    JSON text
     *   piece    called for each piece before the reply; NULL when only the reply is wanted
     *   done     receives the reply
     *   user     passed to piece and done
     *
     * Thread:    [any-thread]; `piece` and `done` are called [host].
     * Ownership: everything passed in is copied; user must live until done.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_NOT_FOUND when nobody provides it; HEARTH_DENIED when plugin.toml
     *            does not name it; HEARTH_INVALID; HEARTH_BUSY as for query in a transaction; HEARTH_FAILED when calls are nested
     *            more than 16 deep. done receives what the provider failed with, HEARTH_NOT_FOUND for an unknown method,
     *            HEARTH_INVALID for an input that the schema refuses, HEARTH_TIMEOUT, HEARTH_CANCELLED.
     *            A failed call makes the transaction, if any, rollback-only unless it ran in a savepoint.
     */
    hearth_status (*call)(const hearth_host *host, hearth_context context, hearth_string name, hearth_string method,
                          hearth_bytes input, hearth_piece piece, hearth_reply done, void *user);

    /*
     * Sends a piece of a long reply, if the caller takes pieces; else it is dropped.
     *
     *   context  of the call that is served
     *   piece    JSON text or any bytes, as the service defines
     *
     * Thread:    [any-thread], one at a time.
     * Ownership: the piece is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_CANCELLED when nobody listens any more.
     */
    hearth_status (*send_piece)(const hearth_host *host, hearth_context context, hearth_bytes piece);

    /*
     * Replies to a call and completes it.
     *
     *   context  of the call that is served
     *   output   JSON text
     *
     * Thread:    [any-thread]
     * Ownership: the output is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE when it was completed before; HEARTH_BUSY while a query or savepoint of it is
     *            open: the call is then completed with HEARTH_FAILED.
     */
    hearth_status (*reply)(const hearth_host *host, hearth_context context, hearth_bytes output);

    /*
     * Completes a call with an error.
     *
     *   context  of the call that is served
     *   error    what the caller receives
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   as reply.
     */
    hearth_status (*fail)(const hearth_host *host, hearth_context context, const hearth_error *error);
} hearth_services;

#ifdef __cplusplus
}
#endif

#endif
