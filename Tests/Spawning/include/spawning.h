#ifndef HEARTH_SPAWNING_H
#define HEARTH_SPAWNING_H

#include <sys/types.h>

/*
 * Starts a program that inherits no descriptor, and signals as they are by default.
 *
 *   id         where to put the number of the process
 *   folder     where it works; NULL for where this process does
 *   input      the file that is its standard input; output and errors are those to which it adds
 *   arguments  with the path in front, as the variables ended by NULL
 *
 * Thread:    any.
 * Ownership: nothing is kept.
 * Returns:   0, or an error number.
 */
int spawn_program(pid_t *id, const char *folder, const char *input, const char *output, const char *errors,
                  char *const arguments[], char *const variables[]);

#endif
