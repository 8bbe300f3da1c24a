/*
 * hearth.cache/1: values that may be lost at any time, numbers and counted limits, shared by all hosts.
 *
 * Keys belong to the plugin: no other one sees them. A key is UTF-8 text of 1 to 400 bytes, a value has at most
 * 1 MiB. Nothing may be kept here only: without Redis each host has a cache of its own, and with it values go
 * whenever there is no room. A cache that cannot be reached answers HEARTH_UNAVAILABLE at once; go on as if it were empty.
 *
 * Inside a transaction `set`, `remove` and `remove_prefix` happen when it commits, and not at all otherwise: whoever
 * changes data and forgets what was cached of it does both or neither. All other calls happen at once.
 */
#ifndef HEARTH_CACHE_H
#define HEARTH_CACHE_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_CACHE_1 "hearth.cache/1"

/*
 * The completion of get. Called exactly once for each call that answered HEARTH_OK, possibly before that call has
 * returned.
 *
 *   user   as given with the call
 *   error  NULL on success
 *   value  NULL when there is none
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_cached)(void *user, const hearth_error *error, const hearth_bytes *value);

/*
 * The completion of calls that answer a number. Called as hearth_cached.
 *
 *   user    as given with the call
 *   error   NULL on success
 *   number  as the call says; 0 after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: error lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_counted)(void *user, const hearth_error *error, int64_t number);

/* What is left of a counted limit. Passed by pointer. */
typedef struct hearth_allowance {
    uint32_t size;
    uint32_t is_allowed; /* 1 when there was enough, else 0 */
    int64_t remaining;   /* what may still be taken in this window */
    int64_t reset;       /* microseconds until the window ends; 0 when nothing was taken in it */
} hearth_allowance;

/*
 * The completion of take. Called as hearth_cached.
 *
 *   user       as given with the call
 *   error      NULL on success
 *   allowance  NULL after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_taken)(void *user, const hearth_error *error, const hearth_allowance *allowance);

typedef struct hearth_cache {
    uint32_t size;

    /*
     * Reads a value.
     *
     *   key   of the value
     *   done  receives it
     *   user  passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: key is copied; what done receives lives until it returns.
     * Returns:   HEARTH_OK: done will be called; HEARTH_STALE; HEARTH_INVALID for a malformed argument;
     *            HEARTH_TOO_LARGE. done receives HEARTH_UNAVAILABLE, HEARTH_TIMEOUT, HEARTH_BUSY.
     */
    hearth_status (*get)(const hearth_host *host, hearth_context context, hearth_string key, hearth_cached done, void *user);

    /*
     * Stores a value. In a transaction when that commits; done is then called at once.
     *
     *   ttl   microseconds that it is kept at most, 1,000 or more; 0: until there is no room
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: key and value are copied.
     * Returns:   as get.
     */
    hearth_status (*set)(const hearth_host *host, hearth_context context, hearth_string key, hearth_bytes value, uint64_t ttl,
                         hearth_done done, void *user);

    /*
     * Forgets a value. In a transaction when that commits; done is then called at once.
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: key is copied.
     * Returns:   as get.
     */
    hearth_status (*remove)(const hearth_host *host, hearth_context context, hearth_string key, hearth_done done, void *user);

    /*
     * Forgets all values of the plugin whose keys begin with a text. Looks at every key of the cache: for rare use. In a
     * transaction when that commits; done is then called at once.
     *
     *   prefix  1 to 400 bytes
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: prefix is copied.
     * Returns:   as get.
     */
    hearth_status (*remove_prefix)(const hearth_host *host, hearth_context context, hearth_string prefix, hearth_done done,
                                   void *user);

    /*
     * Adds to a number, which begins as 0, and answers the sum. Of several at once none is lost.
     *
     *   amount  may be negative
     *   ttl     as for set; it counts from the beginning of the number
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: key is copied.
     * Returns:   as get; done also receives HEARTH_CONFLICT when the value is no number.
     */
    hearth_status (*increment)(const hearth_host *host, hearth_context context, hearth_string key, int64_t amount, uint64_t ttl,
                               hearth_counted done, void *user);

    /*
     * Replaces a value if it still is the expected one, and answers 1; else changes nothing and answers 0.
     *
     *   expected  NULL: there is none
     *   value     NULL: there is to be none
     *   ttl       as for set
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: all of it is copied.
     * Returns:   as get.
     */
    hearth_status (*compare_and_set)(const hearth_host *host, hearth_context context, hearth_string key,
                                     const hearth_bytes *expected, const hearth_bytes *value, uint64_t ttl, hearth_counted done,
                                     void *user);

    /*
     * Takes from a counted limit: wrong codes, evaluations a day. Exact for calls at the same time, on all hosts. The window
     * begins with the first take and lasts as long as it says; what is refused costs nothing. While Redis is gone each host
     * counts for itself.
     *
     *   limit   how much may be taken in a window, 0 or more
     *   window  microseconds, 1,000 or more
     *   cost    1 or more
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: key is copied.
     * Returns:   as get; done also receives HEARTH_CONFLICT when the key holds a value.
     */
    hearth_status (*take)(const hearth_host *host, hearth_context context, hearth_string key, int64_t limit, uint64_t window,
                          int64_t cost, hearth_taken done, void *user);
} hearth_cache;

#ifdef __cplusplus
}
#endif

#endif
