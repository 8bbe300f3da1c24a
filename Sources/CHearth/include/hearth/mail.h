/*
 * hearth.mail/1: mails from templates, in the language of whoever gets them.
 *
 * A mail that a plugin sends is a template in its folder templates/mail, in one or more languages:
 *
 *   reminder.en.txt    the first line is "Subject: " and the subject, then an empty line, then the text
 *   reminder.en.html   the same as a page; may be left out
 *   _footer.en.txt     what others include as {{> _footer}}
 *
 * They are Mustache: {{name}} stands for a value, escaped in HTML. The operator may replace each file.
 *
 * A mail is enqueued in the transaction of its context: it leaves after the commit, and not at all without one. It is tried again
 * until the server takes or refuses it, and never sent twice: when a connection breaks just as the server may have taken it, the host
 * does not guess but tells the operator. Without the plugin its mails rest, and nothing of them is lost.
 */
#ifndef HEARTH_MAIL_H
#define HEARTH_MAIL_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HEARTH_MAIL_1 "hearth.mail/1"

/* A mail to be sent. Passed by pointer. */
typedef struct hearth_mail_message {
    uint32_t size;
    uint32_t reserved;         /* 0 */
    hearth_string mail;        /* the name of the template, as added */
    const uint8_t *user_id;    /* UUID of the user who gets it, wherever he has his mail by then; NULL to use `address` */
    hearth_string address;     /* of somebody who is no user, such as ada@example.org; empty with user_id */
    hearth_string language;    /* such as "fr"; empty for the user's, or for the host's */
    hearth_bytes values;       /* JSON object of at most 256 KiB for the template; empty for {} */
    hearth_string key;         /* of the plugin's mails with the same key only the first is sent; empty for none */
} hearth_mail_message;

typedef struct hearth_mail {
    uint32_t size;

    /*
     * Adds a mail: reads its template, so that what is missing or wrong in it refuses the start, with file and line.
     *
     *   name  of the template: lower-case letters, digits, underscores; no underscore at the beginning
     *
     * Thread:    [init]
     * Ownership: the name is copied.
     * Returns:   HEARTH_OK; HEARTH_INVALID; HEARTH_NOT_FOUND when there is no such template; HEARTH_CONFLICT when it was added
     *            before; HEARTH_DENIED after init.
     */
    hearth_status (*add)(const hearth_host *host, hearth_string name);

    /*
     * Sends a mail. In a transaction when that commits, and not at all when it does not.
     *
     *   context  on whose behalf
     *   message  what, and to whom
     *   done     is told when it is enqueued
     *   user     passed to it
     *
     * Thread:    [any-thread]; `done` is called [host].
     * Ownership: everything passed in is copied; user must live until done.
     * Returns:   HEARTH_OK; HEARTH_STALE; HEARTH_INVALID, for an address with line breaks or other characters that no address has
     *            too; HEARTH_NOT_FOUND for a mail that was not added; HEARTH_TOO_LARGE; HEARTH_BUSY as for query in a transaction.
     *            done receives what query does.
     */
    hearth_status (*send)(const hearth_host *host, hearth_context context, const hearth_mail_message *message, hearth_done done,
                          void *user);
} hearth_mail;

#ifdef __cplusplus
}
#endif

#endif
