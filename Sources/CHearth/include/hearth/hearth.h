/*
 * Hearth plugin interface, version 1: everything in one include.
 *
 * A plugin is a folder with a `plugin.toml` and a shared library that exports one function,
 * `hearth_plugin_entry`. Start reading at plugin.h (life cycle), then types.h (strings, contexts,
 * errors), then the interfaces that you need. A complete plugin in one file of C is
 * Plugins/Greeter/greeter.c.
 *
 * How comments are to be read
 *   Every function pointer is documented in a fixed form:
 *     Thread:    who may call it and where
 *                  [init]        only inside `init`, on the thread that runs it
 *                  [any-thread]  anywhere, at any time between `init` and the return of `stop`
 *                  [host]        the host calls it, on one of its worker threads
 *     Ownership: who owns what is passed, and how long it lives
 *     Returns:   what the result means, each error and when
 *
 * Compatibility policy
 *   - An interface id ("hearth.http/1") never changes meaning once released; a new revision is a new
 *     id, and both are offered for at least four releases.
 *   - A struct that is passed by pointer begins with its `size` and grows only at the end. The one who
 *     fills it in sets `size` to sizeof the struct it was compiled with; the one who reads it honours
 *     the smaller size: HEARTH_HAS(pointer, member) tells whether a member is there.
 *   - Value types that are passed in arrays (hearth_string, hearth_bytes, hearth_pair, hearth_field,
 *     hearth_value, hearth_part) are frozen: they never change.
 *   - Enumerations are uint32_t. An unknown value read from the host is to be treated as the value 0
 *     of that enumeration unless its comment says otherwise; an unknown value given to the host is
 *     refused with HEARTH_INVALID.
 *   - Before the first release of Hearth, revisions may still change in place; the snapshot of sizes,
 *     offsets and values in the tests makes every such change deliberate.
 */
#ifndef HEARTH_H
#define HEARTH_H

#include "audit.h"
#include "cache.h"
#include "client.h"
#include "core.h"
#include "database.h"
#include "events.h"
#include "files.h"
#include "http.h"
#include "jobs.h"
#include "mail.h"
#include "plugin.h"
#include "realtime.h"
#include "services.h"
#include "socket.h"
#include "types.h"
#include "users.h"

#endif
