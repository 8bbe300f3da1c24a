/*
 * Rule: inspecting a plugin never loads it. The constructor of this library writes the file named by
 * HEARTH_TEST_LOADED: after `hearth plugin inspect` it does not exist.
 */
#include "../testing.h"

__attribute__((constructor)) static void write_at_load(void)
{
    const char *path = getenv("HEARTH_TEST_LOADED");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    if (file != NULL) {
        fputs("loaded\n", file);
        fclose(file);
    }
}

static hearth_status set_up(instance *self)
{
    (void)self;
    return HEARTH_OK;
}

PLUGIN("writes-at-load")
