/*
 * hearth.database/1: SQL on the host's database, the same on each engine.
 *
 * What SQL may be used is written in docs/sql.md; the host refuses anything else when a statement is first
 * prepared, with a message that names the cure. Parameters are $1, $2, … . Tables are the plugin's own, named
 * <id> or <id>_…, with hyphens of the id as underscores; they may refer to users(id) and to nothing else.
 */
#ifndef HEARTH_DATABASE_H
#define HEARTH_DATABASE_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_DATABASE_1 "hearth.database/1"

/* The type of a value, and of a column that the reader asks for. */
typedef uint32_t hearth_type;
enum {
    HEARTH_NULL = 0,
    HEARTH_BOOLEAN = 1,   /* integer: 0 or 1 */
    HEARTH_INTEGER = 2,   /* integer: 64 bit; for columns integer, bigint and identity */
    HEARTH_DOUBLE = 3,    /* real */
    HEARTH_TEXT = 4,      /* bytes: UTF-8 without NUL */
    HEARTH_BYTES = 5,     /* bytes */
    HEARTH_UUID = 6,      /* uuid */
    HEARTH_TIMESTAMP = 7, /* integer: microseconds since 1970-01-01 00:00 UTC */
    HEARTH_DATE = 8,      /* integer: days since 1970-01-01 */
    HEARTH_TIME = 9,      /* integer: microseconds since midnight */
    HEARTH_JSON = 10,     /* bytes: JSON text */
    /* Lists are parameters only, for `x IN ($n)`. bytes.data points to hearth_value[], bytes.length is their number. */
    HEARTH_LIST = 11
};

/* A value: a parameter or a column of a row. Frozen. */
typedef struct hearth_value {
    hearth_type type;
    uint32_t reserved; /* 0 */
    union {
        int64_t integer;
        double real;
        hearth_bytes bytes;
        uint8_t uuid[16];
    } as;
} hearth_value;

/* A statement with its parameters. Passed by pointer, also inside a batch (array of pointers). */
typedef struct hearth_statement {
    uint32_t size;
    uint32_t parameter_count;
    hearth_string sql;               /* one statement */
    const hearth_value *parameters;  /* $1 is the first */
    const hearth_type *columns;      /* the types that the reader wants, one a column of the result */
    uint64_t column_count;           /* 0 for a statement without rows */
} hearth_statement;

/* The result of one statement. Passed by pointer. Lives until the completion returns. */
typedef struct hearth_rows {
    uint32_t size;
    uint32_t column_count;
    uint64_t row_count;
    const hearth_value *values; /* row by row; HEARTH_NULL or the type asked for */
    uint64_t affected;          /* rows inserted, changed or deleted */
} hearth_rows;

/*
 * The completion of query and batch. Called exactly once for each call that answered HEARTH_OK, possibly
 * before that call has returned.
 *
 *   user     as given with the call
 *   error    NULL on success
 *   results  `result_count` results in the order of the statements; NULL after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_results)(void *user, const hearth_error *error, const hearth_rows *const *results, uint64_t result_count);

/* How far transactions are kept apart. An unknown value is refused. */
typedef uint32_t hearth_isolation;
enum { HEARTH_READ_COMMITTED = 1, HEARTH_REPEATABLE_READ = 2, HEARTH_SERIALIZABLE = 3 };

/* How a transaction is begun. Passed by pointer. */
typedef struct hearth_transaction_options {
    uint32_t size;
    hearth_isolation isolation; /* at least this; SQLite always gives HEARTH_SERIALIZABLE */
    uint32_t read_only;         /* 1: writes are refused, and readers do not wait for the writer */
    uint32_t reserved;          /* 0 */
} hearth_transaction_options;

/*
 * The completion of begin. Called exactly once for each call that answered HEARTH_OK, possibly before that
 * call has returned.
 *
 *   user         as given with the call
 *   error        NULL on success
 *   transaction  the context of the transaction, to be ended with commit or rollback; 0 after an error
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: error lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_begun)(void *user, const hearth_error *error, hearth_context transaction);

typedef struct hearth_database {
    uint32_t size;

    /*
     * Runs one statement.
     *
     *   context    outside of a transaction the statement is one of its own; calls on the same context may
     *              then run at the same time. In a transaction it joins it, one call at a time.
     *   statement  read during the call
     *   done       receives one result
     *   user       passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied; what done receives lives until it returns.
     * Returns:   HEARTH_OK: done will be called; HEARTH_STALE; HEARTH_INVALID for a malformed argument;
     *            HEARTH_BUSY when the context has an open transaction of its own (use the transaction's
     *            context: a second connection could deadlock with the first) or the transaction is running
     *            another call. done receives HEARTH_INVALID for a refused statement, HEARTH_CONFLICT,
     *            HEARTH_CONSTRAINT, HEARTH_SERIALIZATION, HEARTH_ROLLED_BACK, HEARTH_TIMEOUT,
     *            HEARTH_CANCELLED, HEARTH_UNAVAILABLE, HEARTH_TOO_LARGE (more than 100,000 rows).
     *            A failed one has had no effect, unless the code of the error is "uncertain" (see commit).
     */
    hearth_status (*query)(const hearth_host *host, hearth_context context, const hearth_statement *statement,
                           hearth_results done, void *user);

    /*
     * Runs several statements in one round trip; all of them take effect or none.
     *
     *   statements  `statement_count` pointers, at most 1,000, read during the call
     *   done        receives a result each
     *   user        passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: as query.
     * Returns:   as query.
     */
    hearth_status (*batch)(const hearth_host *host, hearth_context context, const hearth_statement *const *statements,
                           uint64_t statement_count, hearth_results done, void *user);

    /*
     * Begins a transaction; on a context that is in one, a savepoint. It has a context of its own, to be
     * used for everything that belongs to it, and the given one waits until that is over.
     *
     *   options  NULL: read committed, read and write
     *   done     receives the context of the transaction
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: options are copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_BUSY as for query. done receives
     *            HEARTH_UNAVAILABLE when no connection came free in time. A transaction that is open for
     *            longer than the host allows, 5 s by default, is rolled back, and the plugin named in the log.
     */
    hearth_status (*begin)(const hearth_host *host, hearth_context context, const hearth_transaction_options *options,
                           hearth_begun done, void *user);

    /*
     * Commits a transaction or releases a savepoint; its context is over, whatever the result. Once sent
     * it is not cancelled.
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: nothing is passed.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_DENIED in a borrowed transaction; HEARTH_BUSY while a call in
     *            it runs. done receives HEARTH_ROLLED_BACK when something in it failed,
     *            HEARTH_SERIALIZATION, HEARTH_CONFLICT, HEARTH_CONSTRAINT, HEARTH_UNAVAILABLE. Nothing of it
     *            remains, unless the code of the error is "uncertain": the connection was lost before the answer
     *            came, and nobody knows whether it took effect.
     */
    hearth_status (*commit)(const hearth_host *host, hearth_context transaction, hearth_done done, void *user);

    /*
     * Rolls back a transaction or to a savepoint; its context is over. A call that is running in it is waited for.
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: nothing is passed.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_DENIED in a borrowed transaction.
     */
    hearth_status (*rollback)(const hearth_host *host, hearth_context transaction, hearth_done done, void *user);

    /*
     * Tells which engine is behind it, for statements that must differ.
     *
     * Thread:    [any-thread]
     * Ownership: constant text of the host.
     * Returns:   "sqlite" or "postgres".
     */
    hearth_string (*dialect)(const hearth_host *host);
} hearth_database;

#ifdef __cplusplus
}
#endif

#endif
