/*
 * hearth.audit/1: the audit log: who did what to what, and when.
 *
 * An entry is part of the transaction that its context is in: it is there exactly if what it tells of happened. The host adds
 * the plugin, the acting user, the time and the request. Entries are never changed; administrators read them at
 * GET /api/admin/logs. Keep no secrets in them.
 */
#ifndef HEARTH_AUDIT_H
#define HEARTH_AUDIT_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_AUDIT_1 "hearth.audit/1"

/* What happened. Passed by pointer. */
typedef struct hearth_audit_entry {
    uint32_t size;
    uint32_t reserved;     /* 0 */
    hearth_string action;  /* a stable word such as "habit.deleted": lower-case letters, digits, '.', '_' and '-', letter first, at most 100 bytes */
    hearth_string subject; /* what it was done to, such as "habit:0198a6c2-…"; at most 400 bytes; may be empty */
    hearth_string details; /* a JSON object for people and programs, at most 64 KiB; may be empty */
} hearth_audit_entry;

typedef struct hearth_audit {
    uint32_t size;

    /*
     * Adds an entry to the audit log: with the transaction of the context if there is one, else at once.
     *
     *   entry  what happened
     *   done   called when it is written
     *   user   passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything is copied.
     * Returns:   HEARTH_OK: done will be called; HEARTH_STALE; HEARTH_INVALID for a malformed argument; HEARTH_TOO_LARGE;
     *            HEARTH_BUSY while another call runs in the transaction, or a transaction begun on this context is open. done
     *            receives the errors of a statement: after one, the transaction can only be rolled back.
     */
    hearth_status (*append)(const hearth_host *host, hearth_context context, const hearth_audit_entry *entry, hearth_done done,
                            void *user);
} hearth_audit;

#ifdef __cplusplus
}
#endif

#endif
