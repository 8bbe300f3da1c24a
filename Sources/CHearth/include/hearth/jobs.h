/*
 * hearth.jobs/1: durable jobs and schedules.
 *
 * A job is a row in the database. It is enqueued in the transaction that it belongs to, runs at least once after the
 * commit on one of the hosts, and is tried again when it fails. A handler may therefore run twice for the same job, after a crash for
 * example: let its effects bear that, by doing them in one transaction or by asking first whether they are done.
 *
 * Kinds and schedules are registered in init, under the names of the plugin: "remind" of the plugin habits is
 * "habits.remind" for operators. Without the plugin its jobs and schedules rest, and nothing of them is lost.
 */
#ifndef HEARTH_JOBS_H
#define HEARTH_JOBS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_JOBS_1 "hearth.jobs/1"

/* A job in the hands of its handler. Lives until the job is ended. */
typedef struct hearth_job {
    uint32_t size;
    uint32_t attempt;       /* how often it has been begun, this time included */
    hearth_context context; /* its deadline is the time-out of the kind; cancelled when the job is given up or somebody else's */
    uint8_t id[16];         /* UUID of the job: the same in each attempt */
    hearth_string kind;     /* as registered */
    hearth_bytes payload;   /* JSON text */
    hearth_string tenant;   /* as enqueued; empty for none */
    hearth_string schedule; /* the schedule that enqueued it; empty for none */
    hearth_string zone;     /* the zone in which the schedule ticked: IANA name; empty for none */
    int64_t tick;           /* when the schedule was due, microseconds since 1970-01-01 00:00 UTC; 0 for none */
    uint32_t failures;      /* how often it has failed before */
    uint32_t is_last_try;   /* 1 when a failure is the last one */
} hearth_job;

/*
 * Carries a job out; end it with `end`. Outside of a transaction.
 *
 *   user  as given with the kind
 *   job   what to do
 *
 * Thread:    [host] on a worker thread, which it must not block; several jobs at the same time.
 * Ownership: the job is the host's and lives until it is ended.
 * Returns:   what it did; see hearth_outcome. HEARTH_HANDLER_FAILED counts as a failure of the job.
 */
typedef hearth_outcome (*hearth_job_handler)(void *user, const hearth_job *job);

/* What happens after a failure. */
typedef uint32_t hearth_retry;
enum {
    HEARTH_RETRY_STANDARD = 0,    /* three retries, after 60, 120 and 240 s */
    HEARTH_RETRY_NEVER = 1,       /* the first failure is the last */
    HEARTH_RETRY_EXPONENTIAL = 2, /* `retries` times, after first_delay, twice that, …, at most delay_cap */
    HEARTH_RETRY_DELAYS = 3       /* `retries` times, after the pauses in `delays` */
};

/* A kind of job. Passed by pointer; 0 stands for the default. */
typedef struct hearth_job_kind {
    uint32_t size;
    hearth_retry retry;
    hearth_string name;       /* lower-case letters, digits, underscores */
    hearth_job_handler run;
    void *user;               /* passed to run */
    uint64_t timeout;         /* microseconds of one run; default 60 s */
    uint64_t first_delay;     /* microseconds; default 60 s */
    uint64_t delay_cap;       /* microseconds; default 300 s */
    const uint64_t *delays;   /* `retries` pauses in microseconds */
    uint32_t retries;         /* at most 100 */
    uint32_t jitter;          /* percent by which a pause is longer or shorter at most, at random */
    uint32_t priority;        /* 1 first to 10 last; default 6. Orders the jobs of a queue */
    uint32_t slots;           /* how many run at once on one host; default 64 */
    uint32_t concurrency;     /* how many run at once on all hosts together; default: no limit */
    uint32_t is_fair;         /* 1: tenants take turns */
    uint32_t budget;          /* how many begin in budget_period on all hosts together; default: no limit */
    uint32_t reserved;        /* 0 */
    uint64_t budget_period;   /* microseconds; default 60 s */
    uint64_t retention;       /* microseconds a completed job is kept; default a day */
} hearth_job_kind;

/* In which states a job takes its unique key. */
typedef uint32_t hearth_unique;
enum {
    HEARTH_UNIQUE_UNFINISHED = 0, /* until it is over */
    HEARTH_UNIQUE_QUEUED = 1,     /* until it runs: another one may wait meanwhile */
    HEARTH_UNIQUE_KEPT = 2        /* as long as it is kept */
};

/* A job to be enqueued. */
typedef struct hearth_new_job {
    uint32_t size;
    hearth_unique unique;
    hearth_string kind;       /* as registered by this plugin */
    hearth_bytes payload;     /* JSON text of at most 1 MiB; empty for {} */
    int64_t run_at;           /* not before, microseconds since 1970-01-01 00:00 UTC; 0 for at once */
    hearth_string unique_key; /* only one job of the kind has a key at a time; empty for none */
    hearth_string serial_key; /* jobs of a key run one after the other, in the order of their commits; empty for none */
    hearth_string tenant;     /* on whose account, for kinds that are fair; empty for none */
    uint32_t priority;        /* 1 to 10; 0 for the kind's */
    uint32_t reserved;        /* 0 */
} hearth_new_job;

/*
 * The completion of enqueue. Called exactly once for each call that answered HEARTH_OK, possibly before that call has
 * returned.
 *
 *   user    as given with the call
 *   error   NULL on success
 *   ids     `count` UUIDs of 16 bytes, in the order of the jobs; of a job whose unique key was taken, that of who has it
 *   is_new  `count` flags: 0 where the unique key was taken
 *   count   how many; 0 after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_enqueued)(void *user, const hearth_error *error, const uint8_t *ids, const uint32_t *is_new,
                                uint64_t count);

/* How a run ended. An unknown value counts as HEARTH_JOB_FAILED. */
typedef uint32_t hearth_job_result;
enum {
    HEARTH_JOB_FAILED = 0,    /* tried again as the kind's policy says, or after `delay` if that is not 0 */
    HEARTH_JOB_COMPLETED = 1,
    HEARTH_JOB_SNOOZED = 2,   /* run again after `delay`, which counts as no failure */
    HEARTH_JOB_CANCELLED = 3, /* given up, without another try */
    HEARTH_JOB_DISCARDED = 4  /* failed for good: a dead letter, without another try */
};

/* The end of a run. Passed by pointer. */
typedef struct hearth_job_end {
    uint32_t size;
    hearth_job_result result;
    uint64_t delay;        /* microseconds, at most a year */
    hearth_string message; /* why, for operators; empty when completed */
} hearth_job_end;

/* What becomes of ticks at which no host was running. */
typedef uint32_t hearth_catch_up;
enum {
    HEARTH_CATCH_UP_LATEST = 0, /* one job, for the latest of them */
    HEARTH_CATCH_UP_NONE = 1,   /* none, when they are more than a minute late */
    HEARTH_CATCH_UP_ALL = 2     /* one job each, for the latest 100 of them */
};

/* What becomes of a tick when the job of the tick before is not over. */
typedef uint32_t hearth_overlap;
enum {
    HEARTH_OVERLAP_SKIP = 0,  /* it is passed over */
    HEARTH_OVERLAP_QUEUE = 1, /* its job runs after the other */
    HEARTH_OVERLAP_ALLOW = 2  /* both run */
};

/* A schedule: enqueues a job at each of its ticks, once for all hosts. Passed by pointer. */
typedef struct hearth_schedule {
    uint32_t size;
    hearth_catch_up catch_up;
    hearth_string name;    /* lower-case letters, digits, underscores */
    hearth_string kind;    /* as registered before */
    hearth_string cron;    /* minute hour day month weekday, or @hourly, @daily, @weekly, @monthly, @yearly; empty for an interval */
    uint64_t interval;     /* microseconds, a second at least; 0 for cron */
    hearth_string zone;    /* IANA name; empty for UTC; "user": in the zone of each user, one job a zone in which users are */
    hearth_bytes payload;  /* JSON text of its jobs; empty for {} */
    hearth_overlap overlap;
    uint32_t reserved;     /* 0 */
} hearth_schedule;

/*
 * The completion of calls that answer yes or no. Called exactly once for each call that answered HEARTH_OK, possibly before
 * that call has returned.
 *
 *   user    as given with the call
 *   error   NULL on success
 *   answer  1 or 0, as the call says; 0 after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: error lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_answered)(void *user, const hearth_error *error, uint32_t answer);

typedef struct hearth_jobs {
    uint32_t size;

    /*
     * Registers a kind of job.
     *
     *   kind  what it is, and what carries it out
     *
     * Thread:    [init]
     * Ownership: everything is copied but run and user, which must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID; HEARTH_CONFLICT when the name is taken; HEARTH_DENIED after init.
     */
    hearth_status (*add_kind)(const hearth_host *host, const hearth_job_kind *kind);

    /*
     * Registers a schedule.
     *
     *   schedule  when, and which job
     *
     * Thread:    [init]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_INVALID for a bad expression or zone; HEARTH_NOT_FOUND for an unknown kind;
     *            HEARTH_CONFLICT when the name is taken; HEARTH_DENIED after init.
     */
    hearth_status (*add_schedule)(const hearth_host *host, const hearth_schedule *schedule);

    /*
     * Enqueues jobs, all or none. In a transaction they are there when it commits, and not at all when it does not.
     *
     *   context  on whose behalf
     *   jobs     `count` of them, at most 1,000
     *   done     receives their ids
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied; user must live until done.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_NOT_FOUND for an unknown kind; HEARTH_TOO_LARGE;
     *            HEARTH_BUSY as for query in a transaction. done receives what query does.
     */
    hearth_status (*enqueue)(const hearth_host *host, hearth_context context, const hearth_new_job *jobs, uint64_t count,
                             hearth_enqueued done, void *user);

    /*
     * Ends a run.
     *
     *   context  of the job
     *   end      how
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE when it was ended before; HEARTH_INVALID; HEARTH_BUSY while a query or
     *            transaction of it is open: the run has failed then.
     */
    hearth_status (*end)(const hearth_host *host, hearth_context context, const hearth_job_end *end);

    /*
     * Notes how far a run has come, for operators. Never inside of a transaction.
     *
     *   context   of the job
     *   progress  0 to 1
     *
     * Thread:    [any-thread]
     * Ownership: nothing is kept.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_DENIED for a context that is no job's.
     */
    hearth_status (*progress)(const hearth_host *host, hearth_context context, double progress);

    /*
     * Writes a line to the log of a job, for operators. Never inside of a transaction.
     *
     *   context  of the job
     *   line     at most 4,000 characters; what is more is cut
     *
     * Thread:    [any-thread]
     * Ownership: the line is copied.
     * Returns:   as progress.
     */
    hearth_status (*log)(const hearth_host *host, hearth_context context, hearth_string line);

    /*
     * Gives a job of this plugin up. One that runs is asked to end, by the cancellation of its context. Never inside of a
     * transaction.
     *
     *   context  on whose behalf
     *   id       16 bytes
     *   done     receives 1, or 0 when it is over already or does not exist
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied; user must live until done.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID.
     */
    hearth_status (*cancel)(const hearth_host *host, hearth_context context, const uint8_t *id, hearth_answered done, void *user);

    /*
     * Takes or renews a lease, which only one host has at a time. Never inside of a transaction.
     *
     *   context   on whose behalf
     *   name      of what only one host does, 1 to 200 bytes
     *   duration  microseconds that it holds without being renewed, a second to a day
     *   done      receives 1, or 0 while another host has it
     *   user      passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied; user must live until done.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID.
     */
    hearth_status (*take_lease)(const hearth_host *host, hearth_context context, hearth_string name, uint64_t duration,
                                hearth_answered done, void *user);

    /*
     * Gives a lease back, if this host has it. Never inside of a transaction.
     *
     *   context  on whose behalf
     *   name     as taken
     *   done     receives 1
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied; user must live until done.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID.
     */
    hearth_status (*release_lease)(const hearth_host *host, hearth_context context, hearth_string name, hearth_answered done,
                                   void *user);
} hearth_jobs;

#ifdef __cplusplus
}
#endif

#endif
