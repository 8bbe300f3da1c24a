/*
 * hearth.events/1: plugins tell each other what has happened.
 *
 * A plugin declares its events, with a JSON Schema, and publishes them inside the transaction in which they happen. Others
 * subscribe in one of two ways:
 *
 *   in the transaction  The subscriber works in the publisher's transaction, and may veto: then nothing has happened.
 *   durable             The subscriber is told after the commit, at least once, also when the host or the subscriber was
 *                       down meanwhile. Events of the same name and key come in the order of their commits, one at a time;
 *                       a failing subscriber is told again later, and holds up nobody but itself in that key.
 *
 * Who subscribes for the first time is told what happened before, if the event can be replayed from its owner's data.
 */
#ifndef HEARTH_EVENTS_H
#define HEARTH_EVENTS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_EVENTS_1 "hearth.events/1"

/* The flags of hearth_event. */
enum {
    HEARTH_EVENT_REPLAYED = 1 << 0 /* happened before the subscriber was there, or is told again on request */
};

/* Something that has happened. Lives until it is answered. */
typedef struct hearth_event {
    uint32_t size;
    uint32_t flags;         /* HEARTH_EVENT_… */
    hearth_context context; /* in the publisher's transaction, or of this delivery alone */
    hearth_string name;     /* with version: "habit.completed/1" */
    hearth_string key;
    hearth_bytes payload;   /* JSON text, as the schema says */
    int64_t id;             /* counts the events of this name and key: 1, 2, 3 in the order of their commits; 0 when replayed */
    int64_t published_at;   /* microseconds since 1970-01-01 00:00 UTC */
    uint32_t attempt;       /* how often the subscriber is told, this time included */
    uint32_t reserved;      /* 0 */
} hearth_event;

/*
 * Takes an event; complete it with answer_event. A durable subscriber may be told the same event again: by event, key and id he
 * knows it.
 *
 *   user   as given with the subscription
 *   event  what has happened
 *
 * Thread:    [host] on a worker thread, which it must not block; several events of different keys at the same time.
 * Ownership: the event is the host's and lives until it is answered.
 * Returns:   what it did; see hearth_outcome. A failure is answered as an error.
 */
typedef hearth_outcome (*hearth_event_handler)(void *user, const hearth_event *event);

/* A question for a page of what has happened. Lives until it is answered. */
typedef struct hearth_replay_request {
    uint32_t size;
    uint32_t limit;         /* at most as many events */
    hearth_context context;
    hearth_string cursor;   /* as the last page has given it; empty for the first one */
} hearth_replay_request;

/*
 * Reads a page of what has happened from the data of the event's owner, oldest first; complete it with answer_replay.
 *
 *   user     as given with the event
 *   request  which page
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: the request is the host's and lives until it is answered.
 * Returns:   what it did; see hearth_outcome.
 */
typedef hearth_outcome (*hearth_event_replay)(void *user, const hearth_replay_request *request);

/* An event that a plugin publishes. Passed by pointer. */
typedef struct hearth_event_type {
    uint32_t size;
    uint32_t reserved;          /* 0 */
    hearth_string name;         /* with version: "habit.completed/1"; unique in the host */
    hearth_string schema;       /* JSON Schema of the payload */
    hearth_string description;  /* one sentence: when it is published, and what its key is */
    hearth_event_replay replay; /* NULL when what has happened cannot be told again */
    void *user;                 /* passed to replay */
} hearth_event_type;

/* The flags of hearth_subscription. */
enum {
    HEARTH_SUBSCRIBE_IN_TRANSACTION = 1 << 0 /* works in the publisher's transaction and may veto; else durable */
};

/* A subscription. Passed by pointer. */
typedef struct hearth_subscription {
    uint32_t size;
    uint32_t flags;       /* HEARTH_SUBSCRIBE_… */
    hearth_string name;   /* of the subscriber, unique in the plugin; never to be changed: it is what the host remembers */
    hearth_string event;  /* with version; one that nobody declares never happens */
    int32_t order;        /* in the transaction: lower numbers first, then by plugin and name */
    uint32_t retries;     /* durable: how often to try again after a failure, with growing pauses; 0: 19 times, over some days */
    hearth_event_handler handle;
    void *user;           /* passed to handle */
} hearth_subscription;

/*
 * The completion of publish. Called exactly once for each call that answered HEARTH_OK, possibly before that call has returned.
 *
 *   user   as given with the call
 *   error  NULL on success
 *   id     of the event; 0 after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: error lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_published)(void *user, const hearth_error *error, int64_t id);

typedef struct hearth_events {
    uint32_t size;

    /*
     * Declares an event that this plugin publishes.
     *
     *   type  its name, schema and replay
     *
     * Thread:    [init]
     * Ownership: everything is copied but replay and user, which must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID when the name or the schema is wrong; HEARTH_DENIED after init. An event that another
     *            plugin declares as well stops the start, and the message names both.
     */
    hearth_status (*declare)(const hearth_host *host, const hearth_event_type *type);

    /*
     * Subscribes to an event, of this plugin or another one. The host remembers durable subscribers: they miss nothing while their
     * plugin is not loaded.
     *
     *   subscription  to what, and how
     *
     * Thread:    [init]
     * Ownership: everything is copied but handle and user, which must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID when a member is wrong, or the plugin has a subscriber of that name; HEARTH_DENIED after init.
     */
    hearth_status (*subscribe)(const hearth_host *host, const hearth_subscription *subscription);

    /*
     * Publishes an event, in the transaction of the context; without one, in a transaction of its own. Locks the key until the
     * transaction ends, so that ids have no gaps and ascend with the commits: publish several keys in ascending order.
     *
     *   context  on whose behalf
     *   name     of an event that this plugin declares
     *   key      whose events are told in order, such as the id of a user: 1 to 200 bytes
     *   payload  JSON text, as the schema says; at most 256 KiB
     *   done     receives the id
     *   user     passed to done
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied; user must live until done.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_DENIED when this plugin does not declare the event; HEARTH_INVALID;
     *            HEARTH_TOO_LARGE; HEARTH_BUSY as for query; HEARTH_FAILED when events and service calls are nested more than 16
     *            deep. done receives HEARTH_INVALID for a payload that the schema refuses, the error of a subscriber that vetoes, or
     *            that of the database. After an error the transaction is rollback-only, unless it was published in a savepoint.
     */
    hearth_status (*publish)(const hearth_host *host, hearth_context context, hearth_string name, hearth_string key,
                             hearth_bytes payload, hearth_published done, void *user);

    /*
     * Answers an event.
     *
     *   context  of the event
     *   error    NULL when it is done with; else in the transaction a veto, which the publisher receives with code and message;
     *            after the commit a failure, after which it is told again
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE when it was answered before; HEARTH_BUSY while a query or savepoint of it is open: it
     *            then counts as failed.
     */
    hearth_status (*answer_event)(const hearth_host *host, hearth_context context, const hearth_error *error);

    /*
     * Answers a question for a page of what has happened.
     *
     *   context  of the question
     *   error    NULL; else why there is no page: it is asked for again later
     *   events   JSON array of {"key": text, "payload": …, "published_at": microseconds}, oldest first
     *   next     the cursor of the next page, at most 1,000 bytes; empty when this is the last one
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID when it is not such an array: it counts as an error; HEARTH_BUSY as for
     *            answer_event.
     */
    hearth_status (*answer_replay)(const hearth_host *host, hearth_context context, const hearth_error *error,
                                   hearth_bytes events, hearth_string next);
} hearth_events;

#ifdef __cplusplus
}
#endif

#endif
