/*
 * hearth.realtime/1: tell clients at once what has happened.
 *
 * Clients connect to the host's /api/ws or /api/events/stream and listen to topics: `user`, `all`, and the topics
 * of plugins, whose names begin with the plugin's id: "habits/board". What is published reaches all of them on
 * all hosts, and is kept for a while for those who come back. It is a hint and no record: a host that ends between
 * a commit and its events has sent none. What must not be lost belongs into the database.
 *
 * An event that is published in a transaction is sent when that commits, and not at all otherwise.
 */
#ifndef HEARTH_REALTIME_H
#define HEARTH_REALTIME_H

#include "core.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_REALTIME_1 "hearth.realtime/1"

/* Whom an event is for. */
typedef uint32_t hearth_audience;
enum {
    HEARTH_AUDIENCE_ALL = 1,  /* everybody who listens to `all` */
    HEARTH_AUDIENCE_USER = 2, /* one user, on all his connections */
    HEARTH_AUDIENCE_TOPIC = 3 /* those who listen to a topic of the plugin */
};

/* An event. Passed by pointer. */
typedef struct hearth_publication {
    uint32_t size;
    hearth_audience audience;
    uint8_t user[16];    /* UUID; for HEARTH_AUDIENCE_USER */
    hearth_string topic; /* without the plugin's id: "board"; for HEARTH_AUDIENCE_TOPIC */
    hearth_string event; /* what has happened, such as "habit.changed": 1 to 100 bytes */
    hearth_string data;  /* JSON text of at most 64 KiB */
} hearth_publication;

/* Somebody who wants to listen to a topic of the plugin. Lives until it is answered. */
typedef struct hearth_listener {
    uint32_t size;
    uint32_t reserved;         /* 0 */
    hearth_context context;    /* pass it to allow or refuse, and to every call on behalf of this question */
    const hearth_actor *actor; /* who wants to listen */
    hearth_string topic;       /* without the plugin's id */
} hearth_listener;

/*
 * Decides whether somebody may listen to a topic: answer with allow or refuse. Asked with each subscription; names
 * that mean nothing to the plugin are to be refused.
 *
 *   user      as given to own_topics
 *   listener  who wants to listen to what
 *
 * Thread:    [host] on a worker thread, which it must not block; several questions at the same time.
 * Ownership: the listener is the host's and lives until it is answered.
 * Returns:   what it did; see hearth_outcome. HEARTH_HANDLER_FAILED refuses.
 */
typedef hearth_outcome (*hearth_authorise)(void *user, const hearth_listener *listener);

/*
 * The completion of present. Called exactly once for each call that answered HEARTH_OK, possibly before that call has
 * returned.
 *
 *   user   as given with the call
 *   error  NULL on success
 *   users  16 bytes of UUID for each, `count` of them, each once and in any order; NULL when there are none
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: error and users live until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_presence)(void *user, const hearth_error *error, const uint8_t *users, uint64_t count);

typedef struct hearth_realtime {
    uint32_t size;

    /*
     * Takes the topics of the plugin into use: without it nobody can listen to one.
     *
     *   authorise  decides who may listen
     *   user       passed to it
     *
     * Thread:    [init]; `authorise` is called [host].
     * Ownership: authorise and user must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID without a function; HEARTH_CONFLICT the second time; HEARTH_DENIED after init.
     */
    hearth_status (*own_topics)(const hearth_host *host, hearth_authorise authorise, void *user);

    /*
     * Lets the listener in.
     *
     *   context  of the question
     *
     * Thread:    [any-thread]
     * Ownership: nothing is passed.
     * Returns:   HEARTH_OK; HEARTH_STALE when it was answered before, or too late.
     */
    hearth_status (*allow)(const hearth_host *host, hearth_context context);

    /*
     * Keeps the listener out.
     *
     *   context  of the question
     *   message  one sentence for people; empty for the host's own
     *
     * Thread:    [any-thread]
     * Ownership: the message is copied.
     * Returns:   as allow; HEARTH_INVALID for a message that is not UTF-8.
     */
    hearth_status (*refuse)(const hearth_host *host, hearth_context context, hearth_string message);

    /*
     * Publishes an event. Whoever is connected to this host is sent it at once, others as soon as it reaches their host;
     * nobody waits for either.
     *
     *   context      on whose behalf; in a transaction the event is sent when that commits
     *   publication  the event
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID for a malformed member or data that is not JSON;
     *            HEARTH_TOO_LARGE.
     */
    hearth_status (*publish)(const hearth_host *host, hearth_context context, const hearth_publication *publication);

    /*
     * Tells who listens to a topic of the plugin at the moment, on all hosts. One whose host was killed counts for another
     * 90 seconds.
     *
     *   topic  without the plugin's id
     *   done   receives the users
     *   user   passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: topic is copied.
     * Returns:   HEARTH_OK: done will be called; HEARTH_STALE; HEARTH_INVALID. done receives HEARTH_UNAVAILABLE,
     *            HEARTH_TIMEOUT, HEARTH_BUSY.
     */
    hearth_status (*present)(const hearth_host *host, hearth_context context, hearth_string topic, hearth_presence done,
                             void *user);

    /*
     * Tells whether a user listens to his own events at the moment, on any host: whether he would see a publication to him.
     *
     *   user_id  16 bytes of UUID
     *   done     receives the user when he does, else nobody
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: user_id is copied.
     * Returns:   as present.
     */
    hearth_status (*online)(const hearth_host *host, hearth_context context, const uint8_t *user_id, hearth_presence done,
                            void *user);
} hearth_realtime;

#ifdef __cplusplus
}
#endif

#endif
