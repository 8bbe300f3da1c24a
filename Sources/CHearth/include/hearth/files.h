/*
 * hearth.files/1: files of the plugin, by key.
 *
 * A key is a name of 1 to 400 bytes: parts with slashes between them, such as "avatars/0198a6c2", none of them empty, "." or
 * "..", without backslashes and control characters. Each plugin has keys of its own. Files are in a folder that all hosts share,
 * never in memory as a whole.
 *
 * A file is there when it is complete, and survives every crash from then on; until then its key has what it had. It is never
 * changed, only replaced or removed, and who is reading it then goes on with what he began.
 *
 * The operator says how large one file and all of them may be, and of which types ([plugins.<id>.files] in plugins.conf,
 * docs/operating.md). What is beyond that fails with HEARTH_TOO_LARGE and the code "size" or "quota", or with HEARTH_DENIED and
 * the code "type". The quota is exact, however many put at once.
 *
 * Inside a transaction a file can be removed, for the case that it commits, but not put: the bytes would hold locks for as long
 * as they take to come. Put it under a new key first, and note the key in the transaction.
 */
#ifndef HEARTH_FILES_H
#define HEARTH_FILES_H

#include "http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_FILES_1 "hearth.files/1"

/* A file that is there. Passed by pointer. */
typedef struct hearth_file {
    uint32_t size;
    uint32_t reserved;          /* 0 */
    hearth_string key;
    hearth_string content_type; /* as given */
    hearth_string etag;         /* in quotes, as in the header field; the same for the same bytes */
    uint64_t length;            /* bytes */
    int64_t modified;           /* when it was put, microseconds since 1970-01-01 00:00 UTC */
} hearth_file;

/* A file to be put. Passed by pointer. */
typedef struct hearth_new_file {
    uint32_t size;
    uint32_t reserved;          /* 0 */
    hearth_string key;
    hearth_string content_type; /* its media type, at most 200 bytes; empty: application/octet-stream */
    const uint8_t *user;        /* 16 bytes, the UUID of the user whose data it is: it goes with his account. NULL: it is nobody's */
} hearth_new_file;

/*
 * Receives a file. Called exactly once for each call that answered HEARTH_OK, possibly before that call has returned.
 *
 *   user   as given with the call
 *   error  NULL on success
 *   file   the file; NULL after an error, and when there is none
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_file_found)(void *user, const hearth_error *error, const hearth_file *file);

/*
 * Receives a page of files; as hearth_file_found.
 *
 *   files  `count` of them, in the order of the bytes of their keys
 *
 * Thread:    [host] on a worker thread, which it must not block.
 * Ownership: all of it lives until the completion returns.
 * Returns:   nothing.
 */
typedef void (*hearth_files_listed)(void *user, const hearth_error *error, const hearth_file *const *files, uint64_t count);

typedef struct hearth_files {
    uint32_t size;

    /*
     * Tells of a file.
     *
     *   key    of the file
     *   found  receives it; NULL when there is none
     *   user   passed to it
     *
     * Thread:    [any-thread]; `found` is called [host].
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK: found will be called; HEARTH_STALE; HEARTH_INVALID for a malformed argument; HEARTH_BUSY while
     *            another call runs in the transaction, or a transaction begun on this context is open. found receives the errors
     *            of a statement.
     */
    hearth_status (*info)(const hearth_host *host, hearth_context context, hearth_string key, hearth_file_found found, void *user);

    /*
     * Lists files, page by page.
     *
     *   prefix  what their keys begin with; empty for all
     *   after   the last key of the page before; empty for the first page
     *   limit   of the page, 1 to 1,000
     *   listed  receives them; fewer than limit on the last page
     *
     * Thread:    [any-thread]; `listed` is called [host].
     * Ownership: everything is copied.
     * Returns:   as info.
     */
    hearth_status (*list)(const hearth_host *host, hearth_context context, hearth_string prefix, hearth_string after,
                          uint32_t limit, hearth_files_listed listed, void *user);

    /*
     * Removes a file: with the transaction of the context if there is one, else at once. Harmless when there is none.
     *
     *   key   of the file
     *   done  called when it is removed
     *   user  passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything is copied.
     * Returns:   as info.
     */
    hearth_status (*remove)(const hearth_host *host, hearth_context context, hearth_string key, hearth_done done, void *user);

    /*
     * Puts a file whose bytes are in memory. One that has the key already is replaced.
     *
     *   file   what is put
     *   bytes  its content
     *   done   receives the file as it is kept
     *   user   passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK: done will be called; HEARTH_STALE; HEARTH_INVALID for a malformed argument; HEARTH_DENIED inside a
     *            transaction. done receives HEARTH_TOO_LARGE and HEARTH_DENIED (see above), HEARTH_CONSTRAINT when there is no
     *            such user, HEARTH_CANCELLED when nobody waits any more, HEARTH_TIMEOUT, HEARTH_UNAVAILABLE (code "storage" when
     *            it is the storage), and the errors of a statement.
     */
    hearth_status (*put)(const hearth_host *host, hearth_context context, const hearth_new_file *file, hearth_bytes bytes,
                         hearth_file_found done, void *user);

    /*
     * Begins to put a file whose bytes come piece by piece. The stream belongs to the context; when that ends before the last
     * piece, or the stream is closed, nothing has happened.
     *
     *   file    what is put
     *   stream  where to put the number of the stream
     *
     * Thread:    [any-thread]
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID; HEARTH_DENIED inside a transaction.
     */
    hearth_status (*create)(const hearth_host *host, hearth_context context, const hearth_new_file *file, uint64_t *stream);

    /*
     * Gives a piece of a file that was begun with create. Give the next one when `done` was called: that is the back-pressure.
     *
     *   chunk  the piece; the last one may be empty
     *   last   1 with the last piece: the file is then there, and the stream is over
     *   done   receives NULL, and with the last piece the file as it is kept; after an error the stream is over
     *   user   passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: the piece is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE when context or stream is over; HEARTH_BUSY while an earlier piece is under way;
     *            HEARTH_INVALID. done receives the errors of put.
     */
    hearth_status (*write)(const hearth_host *host, hearth_context context, uint64_t stream, hearth_bytes chunk, uint32_t last,
                           hearth_file_found done, void *user);

    /*
     * Opens a file to read it piece by piece. The stream belongs to the context and ends with it, or with close.
     *
     *   key     of the file
     *   offset  where to begin, in bytes
     *   length  how many bytes; what is beyond the end is left out. UINT64_MAX for the rest
     *   stream  where to put the number of the stream, before anything else happens
     *   found   receives the file; NULL when there is none, and the stream is over then
     *   user    passed to it
     *
     * Thread:    [any-thread]; `found` is called [host].
     * Ownership: everything is copied.
     * Returns:   as info. found receives HEARTH_UNAVAILABLE with the code "storage", too.
     */
    hearth_status (*open)(const hearth_host *host, hearth_context context, hearth_string key, uint64_t offset, uint64_t length,
                          hearth_file_found found, void *user, uint64_t *stream);

    /*
     * Reads the next piece of a file that was opened, after it was found.
     *
     *   chunk  receives the piece; with the last one, which is empty, the stream is over
     *   user   passed to it
     *
     * Thread:    [any-thread]; `chunk` is called [host].
     * Ownership: user is the plugin's and must live until chunk is called.
     * Returns:   HEARTH_OK; HEARTH_STALE when context or stream is over; HEARTH_BUSY while an earlier piece is under way, or the
     *            file is not found yet. chunk receives HEARTH_UNAVAILABLE with the code "storage", HEARTH_CANCELLED.
     */
    hearth_status (*read)(const hearth_host *host, hearth_context context, uint64_t stream, hearth_chunk chunk, void *user);

    /*
     * Ends a stream that is not written or read to its end. What waits for it receives HEARTH_CANCELLED.
     *
     * Thread:    [any-thread]
     * Ownership: nothing is passed.
     * Returns:   HEARTH_OK; HEARTH_STALE when context or stream is over.
     */
    hearth_status (*close)(const hearth_host *host, hearth_context context, uint64_t stream);

    /*
     * Answers a request with a file, with ranges (RFC 9110) and conditional requests, and completes it; the plugin holds none of
     * its bytes. A document that a browser would run is kept from running by Content-Security-Policy, unless the answer has
     * such a field itself.
     *
     *   context   of a request
     *   response  status 200 and header fields, such as Content-Disposition; body is not read, and the type is the file's unless
     *             it is given
     *   key       of the file
     *   done      called when the answer is given: the request is over then
     *   user      passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID. done receives HEARTH_NOT_FOUND when there is no such file, and the
     *            errors of open: the request is not over then. And HEARTH_TIMEOUT and HEARTH_CANCELLED, as hearth_http.respond:
     *            the answer is dropped, and the request is over.
     */
    hearth_status (*respond)(const hearth_host *host, hearth_context context, const hearth_response *response, hearth_string key,
                             hearth_done done, void *user);
} hearth_files;

#ifdef __cplusplus
}
#endif

#endif
