#define _GNU_SOURCE /* closefrom, chdir: what Swift does not see of spawn.h */

#include "spawning.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

int spawn_program(pid_t *id, const char *folder, const char *input, const char *output, const char *errors,
                  char *const arguments[], char *const variables[])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    int flags = O_WRONLY | O_CREAT | O_APPEND;
    int result = posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
    if (result == 0) {
        result = posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0644);
    }
    if (result == 0) {
        result = posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0644);
    }
    if (result == 0) {
        result = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    }
    if (result == 0 && folder != NULL) {
        result = posix_spawn_file_actions_addchdir_np(&actions, folder);
    }
    if (result == 0) {
        result = posix_spawn(id, arguments[0], &actions, &attributes, arguments, variables);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}
