/*
 * hearth.users/1: who the users are, and how a plugin adds to them.
 *
 * The host owns accounts. A plugin extends the user object with a facet: named members that it answers in bulk, for
 * one user or for a hundred, and observes the life cycle of accounts inside the same transaction.
 */
#ifndef HEARTH_USERS_H
#define HEARTH_USERS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_USERS_1 "hearth.users/1"

/* A user, as other plugins may see him. Passed by pointer. No e-mail: who needs to write uses hearth.mail. */
typedef struct hearth_user {
    uint32_t size;
    uint32_t is_public;         /* 1 when everybody may see the profile */
    uint8_t id[16];
    hearth_string username;
    hearth_string display_name; /* empty when not set */
    hearth_string avatar_url;   /* empty when not set */
    hearth_string timezone;     /* IANA name */
    hearth_string friend_code;
    int64_t created_at;         /* microseconds since 1970-01-01 00:00 UTC */
    uint32_t notifications_enabled; /* 0 when he wants to be left alone: nothing is to be pushed or mailed that he did not ask for */
    uint32_t reserved;          /* 0 */
    hearth_string language;     /* such as "fr"; empty when not chosen */
} hearth_user;

/*
 * The completion of find and list. Called exactly once for each call that answered HEARTH_OK, possibly
 * before that call has returned.
 *
 *   user   as given with the call
 *   error  NULL on success
 *   users  `user_count` users; NULL after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_users_found)(void *user, const hearth_error *error, const hearth_user *const *users, uint64_t user_count);

/* Whom to search for, and which page of them to answer. Passed by pointer. */
typedef struct hearth_user_search {
    uint32_t size;
    uint32_t limit;           /* 1 to 100 */
    uint64_t offset;          /* how many of those that are found to leave out */
    hearth_string text;       /* at least 2 characters */
    const uint8_t *viewer_id; /* UUID of 16 bytes of the user who finds those whose profile is public and those whom he knows, but
                                 not himself; NULL to find everybody */
    const uint8_t *known_ids; /* `known_count` UUIDs of 16 bytes, one after the other: whom the viewer knows */
    uint64_t known_count;     /* at most 1,000 */
} hearth_user_search;

/*
 * The completion of search. Called exactly once for each call that answered HEARTH_OK, possibly before that call has returned.
 *
 *   user   as given with the call
 *   error  NULL on success
 *   users  `user_count` users of the page; NULL after an error
 *   total  how many were found, those of the other pages included
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_users_searched)(void *user, const hearth_error *error, const hearth_user *const *users,
                                      uint64_t user_count, uint64_t total);

/* A question to a facet: the members of these users. Lives until it is answered. */
typedef struct hearth_facet_request {
    uint32_t size;
    uint32_t is_public;       /* 1: others will see the answer; leave out what is private */
    hearth_context context;
    const uint8_t *user_ids;  /* `user_count` UUIDs of 16 bytes, one after the other */
    uint64_t user_count;
} hearth_facet_request;

/*
 * Reads a facet; complete the question with answer_facet.
 *
 *   user     as given with the facet
 *   request  whose members are asked for
 *
 * Thread:    [host] on a worker thread, which it must not block; several questions at the same time.
 * Ownership: the question is the host's and lives until it is answered.
 * Returns:   what it did; see hearth_outcome.
 */
typedef hearth_outcome (*hearth_facet_read)(void *user, const hearth_facet_request *request);

/* A facet. Passed by pointer. */
typedef struct hearth_facet {
    uint32_t size;
    uint32_t reserved;        /* 0 */
    hearth_string name;       /* such as "progression"; unique */
    hearth_string schema;     /* JSON Schema of an object: its properties become members of the user object */
    hearth_facet_read read;
    void *user;               /* passed to read */
} hearth_facet;

/*
 * What happened to an account. An unknown value is to be ignored. Accounts cannot be deleted nor exported in this version of the
 * host: it sends the first two. The others may be observed already, and will be sent by a host that can.
 */
typedef uint32_t hearth_user_event;
enum {
    HEARTH_USER_CREATED = 1,  /* registered; `changes` holds what the request said beyond the host's members */
    HEARTH_USER_CHANGED = 2,  /* the profile changed; `changes` likewise */
    HEARTH_USER_DELETING = 3, /* about to be deleted; failing vetoes it */
    HEARTH_USER_DELETED = 4,  /* deleted, may be restored */
    HEARTH_USER_RESTORED = 5,
    HEARTH_USER_ERASED = 6,   /* all data of the user is to go */
    HEARTH_USER_EXPORTED = 7  /* all data of the user is asked for: answer it as JSON */
};

/* A step in the life of an account. Lives until it is answered. */
typedef struct hearth_user_change {
    uint32_t size;
    hearth_user_event event;
    hearth_context context;  /* in the transaction of the step */
    uint8_t user_id[16];
    hearth_bytes changes;    /* JSON object of members that belong to facets; never the password */
} hearth_user_change;

/*
 * Observes accounts; complete the step with answer_observer.
 *
 *   user    as given with the observer
 *   change  what is about to happen
 *
 * Thread:    [host] on a worker thread, which it must not block; several steps at the same time.
 * Ownership: the step is the host's and lives until it is answered.
 * Returns:   what it did; see hearth_outcome.
 */
typedef hearth_outcome (*hearth_user_observe)(void *user, const hearth_user_change *change);

/* An observer of accounts. Passed by pointer. */
typedef struct hearth_user_observer {
    uint32_t size;
    uint32_t reserved;      /* 0 */
    uint64_t events;        /* set of 1 << hearth_user_event */
    hearth_user_observe observe;
    void *user;             /* passed to observe */
} hearth_user_observer;

typedef struct hearth_users {
    uint32_t size;

    /*
     * Adds a facet.
     *
     *   facet  a property may not be one that the host or another facet has, except the game's members
     *          (level, total_xp, coins, current_streak, best_streak), which have defaults without an owner
     *
     * Thread:    [init]
     * Ownership: everything is copied but read and user, which must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID; HEARTH_CONFLICT when a property or the name is taken (the log
     *            names both owners); HEARTH_DENIED after init.
     */
    hearth_status (*add_facet)(const hearth_host *host, const hearth_facet *facet);

    /*
     * Answers a question to a facet.
     *
     *   context  of the question
     *   objects  JSON array of as many objects as users were asked for, in their order; null for a user unknown here
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID when it is not such an array: the facet is left out.
     */
    hearth_status (*answer_facet)(const hearth_host *host, hearth_context context, hearth_bytes objects);

    /*
     * Adds an observer of accounts, called in the order of registration.
     *
     *   observer  what to call and for which steps
     *
     * Thread:    [init]
     * Ownership: observe and user must live until stop.
     * Returns:   HEARTH_OK; HEARTH_INVALID; HEARTH_DENIED after init.
     */
    hearth_status (*add_observer)(const hearth_host *host, const hearth_user_observer *observer);

    /*
     * Answers a step in the life of an account.
     *
     *   context  of the step
     *   error    NULL to let it happen; else it is undone as a whole, and the client is told the message with 400
     *   output   for HEARTH_USER_EXPORTED: JSON; else empty
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_BUSY as for reply.
     */
    hearth_status (*answer_observer)(const hearth_host *host, hearth_context context, const hearth_error *error,
                                     hearth_bytes output);

    /*
     * Looks users up, in one statement; in the transaction of the context, if it is in one.
     *
     *   user_ids    UUIDs of 16 bytes, one after the other
     *   user_count  how many, at most 1,000
     *   done        receives those that exist, in no particular order
     *   user        passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_TOO_LARGE; HEARTH_BUSY as for query.
     */
    hearth_status (*find)(const hearth_host *host, hearth_context context, const uint8_t *user_ids, uint64_t user_count,
                          hearth_users_found done, void *user);

    /*
     * Searches users by part of their username or display name, whatever the case and accents, or by their whole friend code,
     * which finds nobody else. One page a call; in a transaction as find.
     *
     *   search  whom
     *   done    receives the page, by username
     *   user    passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_TOO_LARGE; HEARTH_BUSY as for query.
     */
    hearth_status (*search)(const hearth_host *host, hearth_context context, const hearth_user_search *search,
                            hearth_users_searched done, void *user);

    /*
     * Lists all users, page by page, in one statement a page. In a transaction as find.
     *
     *   after  UUID of 16 bytes of the last user of the page before; NULL for the first page
     *   limit  1 to 1,000
     *   done   receives them by id; a page of fewer than the limit is the last one
     *   user   passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_BUSY as for query.
     */
    hearth_status (*list)(const hearth_host *host, hearth_context context, const uint8_t *after, uint32_t limit,
                          hearth_users_found done, void *user);
} hearth_users;

#ifdef __cplusplus
}
#endif

#endif
