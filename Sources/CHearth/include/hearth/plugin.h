/*
 * The frozen core: how host and plugin meet.
 *
 * Life cycle of a plugin, always in matched pairs:
 *
 *   describe   hearth_plugin_entry() returns the descriptor. Pure: it may be called by tools that never
 *              start the plugin, several times, and does nothing but return a pointer to constant data.
 *   init       Ask for interfaces, read settings, register everything: routes, services, facets.
 *              Registration is atomic: if init fails, nothing of it remains. After init it is closed.
 *   start      Every plugin that this one needs has started. Requests arrive from now on.
 *   drain      The host stops. Requests in flight are to be finished; no new ones arrive.
 *   stop       Free the instance. All contexts of the plugin are over before it is called.
 *
 * The same library may be initialised several times in one process, one instance each: keep state in
 * the instance, not in globals. The library is never unloaded. No exception, unwinding or longjmp may
 * leave a function of the plugin.
 */
#ifndef HEARTH_PLUGIN_H
#define HEARTH_PLUGIN_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the frozen core. A host refuses a plugin that states another one. */
#define HEARTH_ABI 1u

/*
 * The host as one plugin sees it: each plugin instance is given its own, valid from init until stop returns.
 * Every call of an interface takes it first, so that the host knows who calls.
 */
typedef struct hearth_host hearth_host;
struct hearth_host {
    uint32_t size; /* sizeof(hearth_host) of the host */
    uint32_t abi;  /* HEARTH_ABI of the host */
    void *self;    /* the host's own; not to be touched */

    /*
     * Gives the table of functions of an interface.
     *
     *   id  such as HEARTH_STRING(HEARTH_HTTP_1)
     *
     * Thread:    [any-thread]
     * Ownership: the table is the host's, constant, and lives as long as the host.
     * Returns:   the table, to be cast to the struct of that interface; NULL when this host does not
     *            have it or the operator has not granted it (plugins.conf, `grants`). Cope with it, or
     *            fail init with set_error.
     */
    const void *(*get_interface)(const hearth_host *host, hearth_string id);

    /*
     * Says why init or start is about to fail. The message is shown to the operator beside the name of
     * the plugin; the last one counts.
     *
     * Thread:    [init]
     * Ownership: the message is copied.
     * Returns:   nothing.
     */
    void (*set_error)(const hearth_host *host, hearth_string message);
};

/* What a plugin is. Constant data of the library. */
typedef struct hearth_plugin {
    uint32_t size;         /* sizeof(hearth_plugin) */
    uint32_t abi;          /* HEARTH_ABI */
    hearth_string id;      /* as in plugin.toml: lower-case letters, digits, hyphens */
    hearth_string version; /* as in plugin.toml: semantic version */

    /*
     * Registers everything and makes the instance.
     *
     *   host      this instance's host
     *   instance  where to put the instance, any pointer; the host passes it back and never looks at it
     *
     * Thread:    [host] one plugin after the other, in the order of their needs. May block briefly; the
     *            host ends the start when init takes longer than 10 s.
     * Ownership: host is valid until stop returns. The instance is the plugin's.
     * Returns:   HEARTH_OK, or any other status after set_error: the plugin's registrations are undone
     *            and stop is not called.
     */
    hearth_status (*init)(const hearth_host *host, void **instance);

    /*
     * Begins to work. NULL when there is nothing to do.
     *
     *   instance  what init made
     *   context   on whose behalf the plugin works until start is complete; over when it returns
     *
     * Thread:    [host] one plugin after the other, providers before those who need them. May block
     *            briefly; the limit is that of init.
     * Ownership: the instance is the plugin's.
     * Returns:   HEARTH_OK, or any other status after set_error: the plugin is stopped.
     */
    hearth_status (*start)(void *instance, hearth_context context);

    /*
     * Tells the plugin that no new requests arrive. NULL when there is nothing to do. Requests in flight
     * keep their contexts.
     *
     * Thread:    [host] in the reverse order of start.
     * Ownership: the instance is the plugin's.
     * Returns:   nothing.
     */
    void (*drain)(void *instance);

    /*
     * Frees the instance. NULL when there is nothing to free.
     *
     * Thread:    [host] in the reverse order of start, after the last context of the plugin is over.
     * Ownership: the instance ends here; host is not valid after the return.
     * Returns:   nothing.
     */
    void (*stop)(void *instance);

    /*
     * Offers interfaces of the plugin to the host, by id, as the host does to the plugin. NULL when
     * there are none. No id is defined in this version: answer NULL.
     *
     * Thread:    [host] after init.
     * Ownership: the table is the plugin's, constant, and lives until stop.
     * Returns:   the table or NULL.
     */
    const void *(*get_interface)(void *instance, hearth_string id);
} hearth_plugin;

/* Stands before the definition of hearth_plugin_entry. */
#if defined(__GNUC__)
#define HEARTH_EXPORT __attribute__((visibility("default")))
#else
#define HEARTH_EXPORT
#endif

/*
 * The one function that a plugin exports, by the name hearth_plugin_entry. Hide everything else (linker
 * version script Sources/CHearth/plugin.map): symbols of C libraries would interpose otherwise.
 *
 * Thread:    [host] at any time, also without init after it.
 * Ownership: the descriptor is constant data of the library.
 * Returns:   the descriptor, never NULL.
 */
typedef const hearth_plugin *(*hearth_plugin_entry_function)(void);

#ifdef __cplusplus
}
#endif

#endif
