/*
 * hearth.core/1: what every plugin needs: log, settings, time, identifiers, threads, metrics, health.
 */
#ifndef HEARTH_CORE_H
#define HEARTH_CORE_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_CORE_1 "hearth.core/1"

/* Levels of the log. An unknown value counts as HEARTH_LOG_INFO. */
typedef uint32_t hearth_log_level;
enum { HEARTH_LOG_DEBUG = 1, HEARTH_LOG_INFO = 2, HEARTH_LOG_WARNING = 3, HEARTH_LOG_ERROR = 4 };

/* Kinds of metrics. */
typedef uint32_t hearth_metric_kind;
enum {
    HEARTH_METRIC_COUNTER = 1,  /* `value` is added; not negative */
    HEARTH_METRIC_GAUGE = 2,    /* `value` replaces the last one */
    HEARTH_METRIC_HISTOGRAM = 3 /* `value` is one observation */
};

/* Where the calling thread stands. */
typedef uint32_t hearth_thread;
enum {
    HEARTH_THREAD_OTHER = 0,    /* a thread that the host does not know: the plugin's own */
    HEARTH_THREAD_WORKER = 1,   /* a worker: do not block */
    HEARTH_THREAD_BLOCKING = 2, /* a thread of the blocking pool: may block */
    HEARTH_THREAD_MAIN = 3      /* the thread that runs init, start, drain and stop */
};

/* How well a component is. */
typedef uint32_t hearth_health;
enum { HEARTH_HEALTH_UNHEALTHY = 0, HEARTH_HEALTH_HEALTHY = 1, HEARTH_HEALTH_DEGRADED = 2, HEARTH_HEALTH_DISABLED = 3 };

/* Who acts. Passed by pointer. */
typedef struct hearth_actor {
    uint32_t size;
    uint32_t is_admin;      /* 1 for the role admin */
    uint8_t user[16];       /* UUID of the user */
    hearth_string scheme;   /* how he proved it: "bearer" */
    hearth_string timezone; /* IANA name of the user's zone, as in the tz database; "UTC" unless set */
    hearth_string language; /* that the user has chosen, such as "fr"; empty when he has not */
} hearth_actor;

/* What is known about a context. Passed by pointer. */
typedef struct hearth_context_info {
    uint32_t size;
    uint32_t cancelled;          /* 1 when nobody waits for the result any more */
    int64_t deadline;            /* microseconds since 1970-01-01 00:00 UTC; INT64_MAX for none */
    const hearth_actor *actor;   /* who acts; NULL for nobody. Lives as long as the context */
    hearth_string request_id;    /* the trace, as in answers and logs. Lives as long as the context */
    uint32_t in_transaction;     /* 1 when calls on this context join a transaction */
    uint32_t borrowed;           /* 1 in a service call: the transaction, if any, is the caller's */
} hearth_context_info;

/* A timer, from start_timer to its last firing or cancel_timer. A number that is never used again; 0 for none. */
typedef uint64_t hearth_timer;

/*
 * Does what a timer is for.
 *
 *   user     as given with the timer
 *   context  of this firing: without an actor, cancelled when the host drains or the firing takes longer than its time limit
 *
 * Thread:    [host] on a worker thread, which it must not block. One firing of a timer at a time.
 * Ownership: the context is over when this returns, unless it returns HEARTH_HANDLER_PENDING: then end_background ends it.
 * Returns:   what it did; see hearth_outcome. A failure is logged, and a timer that repeats goes on.
 */
typedef hearth_outcome (*hearth_timer_fire)(void *user, hearth_context context);

/*
 * Tells that a timer fires never again, and that its last firing is over.
 *
 *   user  as given with the timer; it may be freed now
 *
 * Thread:    [host]
 * Ownership: user is the plugin's again.
 * Returns:   nothing.
 */
typedef void (*hearth_timer_released)(void *user);

/* What start_timer is to do. Passed by pointer. */
typedef struct hearth_timer_options {
    uint32_t size;
    uint32_t reserved;              /* 0 */
    hearth_string name;             /* for the log; one of a few, not made up for each timer */
    uint64_t delay;                 /* microseconds until the first firing */
    uint64_t interval;              /* microseconds between firings, at least 1,000; 0: fires once */
    uint64_t time_limit;            /* microseconds that a firing may take before its context is cancelled; 0: no limit */
    hearth_timer_fire fire;
    hearth_timer_released released; /* called exactly once; NULL when nothing is to be freed */
    void *user;                     /* passed to fire and released */
} hearth_timer_options;

typedef struct hearth_core {
    uint32_t size;

    /*
     * Writes a line to the log, with the plugin's name and the context's request id.
     *
     *   context  on whose behalf, or 0
     *   message  one sentence without variable parts, so that equal events look equal
     *   fields   variable parts as name and value, `field_count` of them; may be NULL
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   nothing; an over-long message (over 8 KiB) is cut.
     */
    void (*log)(const hearth_host *host, hearth_context context, hearth_log_level level, hearth_string message,
                const hearth_pair *fields, uint64_t field_count);

    /*
     * Gives the plugin's settings as one JSON object: validated against the schema in plugin.toml,
     * defaults filled in, secrets from the environment included.
     *
     * Thread:    [any-thread]
     * Ownership: the text is the host's and lives until stop returns.
     * Returns:   the JSON text.
     */
    hearth_string (*settings)(const hearth_host *host);

    /*
     * Reads a setting of type text.
     *
     *   key    as declared in plugin.toml
     *   value  where to put the text
     *
     * Thread:    [any-thread]
     * Ownership: the text is the host's and lives until stop returns.
     * Returns:   HEARTH_OK; HEARTH_NOT_FOUND when the setting is not declared, or is not set and has no
     *            default; HEARTH_INVALID when it is of another type.
     */
    hearth_status (*setting_text)(const hearth_host *host, hearth_string key, hearth_string *value);

    /*
     * Reads a setting of type integer or boolean (0 or 1).
     *
     *   key    as declared in plugin.toml
     *   value  where to put the number
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   as setting_text.
     */
    hearth_status (*setting_integer)(const hearth_host *host, hearth_string key, int64_t *value);

    /*
     * Reads a setting of type double or integer.
     *
     *   key    as declared in plugin.toml
     *   value  where to put the number
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   as setting_text.
     */
    hearth_status (*setting_double)(const hearth_host *host, hearth_string key, double *value);

    /*
     * Gives the folder in which this plugin may keep files of its own, made when first asked for.
     *
     * Thread:    [any-thread]
     * Ownership: the path is the host's and lives until stop returns.
     * Returns:   the absolute path; empty when it cannot be made (the log says why).
     */
    hearth_string (*data_folder)(const hearth_host *host);

    /*
     * Tells the time: the host's clock, which tests set by hand. Use it for everything that depends on
     * time, and nothing else.
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   microseconds since 1970-01-01 00:00 UTC.
     */
    int64_t (*now)(const hearth_host *host);

    /*
     * Finds the local date of an instant in a time zone.
     *
     *   zone     IANA name, such as "Europe/Paris"
     *   instant  microseconds since 1970-01-01 00:00 UTC
     *   date     where to put the date: days since 1970-01-01
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   HEARTH_OK; HEARTH_NOT_FOUND for an unknown zone.
     */
    hearth_status (*local_date)(const hearth_host *host, hearth_string zone, int64_t instant, int32_t *date);

    /*
     * Finds when a local day begins and ends; with daylight saving it has 23, 24 or 25 hours.
     *
     *   zone   IANA name
     *   date   days since 1970-01-01
     *   begin  where to put the first instant of the day, microseconds since 1970-01-01 00:00 UTC
     *   end    where to put the first instant of the next day
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   HEARTH_OK; HEARTH_NOT_FOUND for an unknown zone; HEARTH_INVALID for a date beyond the years 1 to 9999.
     */
    hearth_status (*day_bounds)(const hearth_host *host, hearth_string zone, int32_t date, int64_t *begin, int64_t *end);

    /*
     * Makes an identifier: UUID version 7 (RFC 9562), ordered by time.
     *
     *   uuid  16 bytes to fill
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   nothing.
     */
    void (*make_uuid)(const hearth_host *host, uint8_t *uuid);

    /*
     * Fills memory with unpredictable bytes, fit for secrets.
     *
     *   bytes   where to put them
     *   length  how many
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   nothing.
     */
    void (*random)(const hearth_host *host, uint8_t *bytes, uint64_t length);

    /*
     * Tells what is known about a context.
     *
     *   info  where to put it; set `size` before the call
     *
     * Thread:    [any-thread]
     * Ownership: what info points to is the host's and lives as long as the context.
     * Returns:   HEARTH_OK; HEARTH_STALE.
     */
    hearth_status (*context_info)(const hearth_host *host, hearth_context context, hearth_context_info *info);

    /*
     * Asks to be told when nobody waits for the result any more: the client went away, the deadline
     * passed, the host stops. Called at once when that has happened already; never after the context is over.
     *
     *   cancelled  what to call, at most once
     *   user       passed to it
     *
     * Thread:    [any-thread]; `cancelled` is called [host] and may run before this call returns. One at a time per
     *            context; a later one replaces it.
     * Ownership: user is the plugin's and must live until the context is over.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID.
     */
    hearth_status (*on_cancel)(const hearth_host *host, hearth_context context, void (*cancelled)(void *user), void *user);

    /*
     * Runs a function on a worker thread of the host. It must not block: a worker that is held for
     * longer than 100 ms is reported with the plugin's name. The SDK for Swift runs its tasks here.
     *
     *   work  what to call, exactly once
     *   user  passed to it
     *
     * Thread:    [any-thread]; `work` is called [host].
     * Ownership: user is the plugin's.
     * Returns:   HEARTH_OK; HEARTH_INVALID; never HEARTH_BUSY: the queue is unbounded, as what is put in
     *            is part of work that was admitted before.
     */
    hearth_status (*run)(const hearth_host *host, void (*work)(void *user), void *user);

    /*
     * Runs a function that blocks (a slow library, a file) on the bounded pool for such work.
     *
     *   context  on whose behalf
     *   work     what to call, exactly once
     *   user     passed to it
     *
     * Thread:    [any-thread]; `work` is called [host] on a thread that may block.
     * Ownership: user is the plugin's.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_BUSY when the pool's queue is full.
     */
    hearth_status (*run_blocking)(const hearth_host *host, hearth_context context, void (*work)(void *user), void *user);

    /*
     * Tells on what kind of thread the caller stands.
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   the kind.
     */
    hearth_thread (*thread)(const hearth_host *host);

    /*
     * Adds to a metric of the plugin. Its name is prefixed with the plugin's id.
     *
     *   name    letters, digits, underscores: "greetings_total"
     *   labels  `label_count` names and values; keep the number of different values small
     *   value   by kind
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_INVALID for a bad name, an unknown kind, a negative counter;
     *            HEARTH_CONFLICT when the name is of another kind; HEARTH_TOO_LARGE when the plugin has
     *            more than 1,000 different series.
     */
    hearth_status (*metric)(const hearth_host *host, hearth_metric_kind kind, hearth_string name,
                            const hearth_pair *labels, uint64_t label_count, double value);

    /*
     * States how well a component of the plugin is, for GET /api/health/detailed. The last statement
     * counts; the host never asks, so a health check never waits for a plugin.
     *
     *   component  such as "upstream"
     *   health     an unhealthy component makes the whole host unhealthy
     *   detail     for the operator
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_INVALID.
     */
    hearth_status (*set_health)(const hearth_host *host, hearth_string component, hearth_health health, hearth_string detail);

    /*
     * Opens a context for work of the plugin's own, on behalf of nobody. It is cancelled when the host drains, and the host
     * waits for its end then.
     *
     *   name        for the log; one of a few, not made up for each time
     *   time_limit  microseconds until it is cancelled; 0 for no limit
     *   context     where to put it; end it with end_background
     *
     * Thread:    [any-thread] from start on.
     * Ownership: the name is copied.
     * Returns:   HEARTH_OK; HEARTH_INVALID; HEARTH_DENIED before start; HEARTH_CANCELLED once the plugin is being drained.
     */
    hearth_status (*begin_background)(const hearth_host *host, hearth_string name, uint64_t time_limit, hearth_context *context);

    /*
     * Ends a context of begin_background, or of a firing that returned HEARTH_HANDLER_PENDING.
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   HEARTH_OK; HEARTH_STALE when it was ended before; HEARTH_INVALID for a context of another kind; HEARTH_BUSY
     *            while a query or transaction of it is open: it is ended all the same, and an open transaction rolled back.
     */
    hearth_status (*end_background)(const hearth_host *host, hearth_context context);

    /*
     * Starts a timer on the host's clock, which tests set by hand. It fires up to 20 ms late. The next firing of one that
     * repeats comes at the next multiple of its interval after the last one is over: firings neither overlap nor pile up. All timers
     * of a plugin are cancelled when it is drained. For what has to happen even if the host is down at that moment, use a job.
     *
     *   options  what it is to do
     *   timer    where to put it; may be NULL
     *
     * Thread:    [any-thread] from start on; `fire` may be called before this returns.
     * Ownership: the name is copied; fire and user are used until `released` is called.
     * Returns:   HEARTH_OK; HEARTH_INVALID; HEARTH_TOO_LARGE for more than 1,000 timers of a plugin; HEARTH_DENIED before start;
     *            HEARTH_CANCELLED once the plugin is being drained. `released` is called after HEARTH_OK only.
     */
    hearth_status (*start_timer)(const hearth_host *host, const hearth_timer_options *options, hearth_timer *timer);

    /*
     * Ends a timer: no firing of it begins from now on. One that is under way goes on, and `released` is called when it is over;
     * without one, before this returns.
     *
     * Thread:    [any-thread], also in the firing itself.
     * Ownership: nothing is kept.
     * Returns:   HEARTH_OK; HEARTH_STALE when it was cancelled before, or has fired for the last time.
     */
    hearth_status (*cancel_timer)(const hearth_host *host, hearth_timer timer);

    /*
     * Finds the local time of an instant in a time zone: what a clock on the wall shows there. The day is that of local_date.
     *
     *   zone     IANA name
     *   instant  microseconds since 1970-01-01 00:00 UTC
     *   time     where to put the time: microseconds since 00:00
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   HEARTH_OK; HEARTH_NOT_FOUND for an unknown zone.
     */
    hearth_status (*local_time)(const hearth_host *host, hearth_string zone, int64_t instant, int64_t *time);
} hearth_core;

#ifdef __cplusplus
}
#endif

#endif
