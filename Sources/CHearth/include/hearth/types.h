/*
 * The types that all interfaces share: text, bytes, contexts, statuses, errors.
 */
#ifndef HEARTH_TYPES_H
#define HEARTH_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether a struct given by pointer is large enough to contain a member: a newer host or plugin knows
 * more members than an older one. */
#define HEARTH_HAS(pointer, member) \
    ((pointer)->size >= (uint64_t)((const char *)&(pointer)->member - (const char *)(pointer)) + sizeof((pointer)->member))

/* UTF-8 text, not terminated by NUL. `data` may be NULL when `length` is 0. Frozen. */
typedef struct hearth_string {
    const char *data;
    uint64_t length; /* bytes */
} hearth_string;

/* Any bytes. `data` may be NULL when `length` is 0. Frozen. */
typedef struct hearth_bytes {
    const uint8_t *data;
    uint64_t length; /* bytes */
} hearth_bytes;

/* A name with its value: a header, a query parameter. Frozen. */
typedef struct hearth_pair {
    hearth_string name;
    hearth_string value;
} hearth_pair;

/* A string literal as a hearth_string: HEARTH_STRING("hearth.http/1"). In the initialiser of a static object strict
 * C99 takes no compound literal: there it is HEARTH_STRING_INIT("greeter"). */
#ifdef __cplusplus
#define HEARTH_STRING(literal) (hearth_string{(literal), sizeof(literal) - 1})
#else
#define HEARTH_STRING(literal) ((hearth_string){(literal), sizeof(literal) - 1})
#endif
#define HEARTH_STRING_INIT(literal) {(literal), sizeof(literal) - 1}

/*
 * On whose behalf a call is made: a request, a service call, a transaction, a start. It carries the
 * deadline, cancellation, the acting user, the trace and the current transaction, so every call that
 * does something for somebody takes one.
 *
 * A context is a generational handle, not a pointer. Once what it stands for is over, each use answers
 * HEARTH_STALE, harms nothing and is reported in the log with the plugin's name. A context belongs to
 * the plugin that it was given to. 0 is never a valid context.
 */
typedef uint64_t hearth_context;

/* What became of a call. Positive and stable; an unknown value means failure (HEARTH_FAILED). */
typedef uint32_t hearth_status;
enum {
    HEARTH_OK = 0,            /* done, or accepted: the completion will be called once */
    HEARTH_FAILED = 1,        /* failed for a reason that the message tells */
    HEARTH_STALE = 2,         /* the context is over: completed late or twice */
    HEARTH_INVALID = 3,       /* an argument is wrong: NULL, out of range, not UTF-8, unknown value */
    HEARTH_NOT_FOUND = 4,     /* what was named does not exist */
    HEARTH_DENIED = 5,        /* not granted to this plugin, or not allowed in this state */
    HEARTH_UNAVAILABLE = 6,   /* not there at the moment; worth another try */
    HEARTH_BUSY = 7,          /* a bounded queue is full, or this context already has such a call running */
    HEARTH_TIMEOUT = 8,       /* the deadline of the context or of the call has passed */
    HEARTH_CANCELLED = 9,     /* nobody waits for the result any more */
    HEARTH_CONFLICT = 10,     /* already there: a unique value, a name, a registration */
    HEARTH_CONSTRAINT = 11,   /* a check, not-null or foreign-key constraint refused the data */
    HEARTH_SERIALIZATION = 12,/* lost against a concurrent transaction; the owner of the transaction may run it again */
    HEARTH_ROLLED_BACK = 13,  /* the transaction can only be rolled back: something in it failed before */
    HEARTH_TOO_LARGE = 14     /* over a size limit */
};

/*
 * Why a call failed, for a completion and between plugins. Passed by pointer; NULL means success.
 */
typedef struct hearth_error {
    uint32_t size;          /* sizeof(hearth_error) of whoever fills it in */
    hearth_status status;   /* never HEARTH_OK */
    hearth_string code;     /* stable word for programs, such as "insufficient_coins" or the name of the violated constraint; may be empty */
    hearth_string message;  /* one sentence for people; may be empty */
    uint32_t retryable;     /* 1 when the same call may succeed later, else 0 */
    uint32_t reserved;      /* 0 */
} hearth_error;

/* What a handler of the plugin answers to the host. An unknown value counts as HEARTH_HANDLER_FAILED. */
typedef uint32_t hearth_outcome;
enum {
    HEARTH_HANDLER_FAILED = 0,  /* nothing was answered and nothing will be: the host answers 500 */
    HEARTH_HANDLER_DONE = 1,    /* the answer has been given during the call */
    HEARTH_HANDLER_PENDING = 2  /* the answer will be given later, exactly once, from any thread */
};

/*
 * The completion of a call that has no result but success. Called exactly once for each call that answered
 * HEARTH_OK, possibly before that call has returned; never for a call that answered anything else.
 *
 *   user   as given with the call
 *   error  NULL on success
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: error lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_done)(void *user, const hearth_error *error);

#ifdef __cplusplus
}
#endif

#endif
