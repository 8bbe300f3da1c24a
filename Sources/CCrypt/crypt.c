#define _GNU_SOURCE
#include "hearth_crypt.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

int hearth_bcrypt_setting(unsigned long cost, char setting[HEARTH_BCRYPT_SIZE])
{
    char text[CRYPT_GENSALT_OUTPUT_SIZE];

    if (!crypt_gensalt_rn("$2b$", cost, NULL, 0, text, sizeof text) || strlen(text) >= HEARTH_BCRYPT_SIZE)
        return -1;
    strcpy(setting, text);
    return 0;
}

int hearth_bcrypt(const char *password, const char *setting, char hash[HEARTH_BCRYPT_SIZE])
{
    struct crypt_data *memory = calloc(1, sizeof *memory);
    const char *text;
    int failed;

    if (!memory)
        return -1;
    /* crypt_rn returns NULL where crypt_r returns an invalid hash. */
    text = crypt_rn(password, setting, memory, (int)sizeof *memory);
    failed = !text || strlen(text) != HEARTH_BCRYPT_SIZE - 1;
    if (!failed)
        memcpy(hash, text, HEARTH_BCRYPT_SIZE);
    explicit_bzero(memory, sizeof *memory);
    free(memory);
    return failed ? -1 : 0;
}
