/*
 * bcrypt by libxcrypt. A shim of C because Swift does not import a struct as large as crypt_data.
 */
#ifndef HEARTH_CRYPT_H
#define HEARTH_CRYPT_H

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a bcrypt hash with its terminating NUL. */
#define HEARTH_BCRYPT_SIZE 61

/* Makes the setting of a new hash: "$2b$", the cost (4 to 31) and random salt. Returns 0, or -1 when it failed. */
int hearth_bcrypt_setting(unsigned long cost, char setting[HEARTH_BCRYPT_SIZE]);

/*
 * Computes a hash. `password` and `setting` end with NUL; of a setting that is a hash only the salt counts. Takes 32 KB of
 * heap meanwhile, in which nothing of the password remains. Returns 0, or -1 when the setting is none of bcrypt or there
 * is no memory.
 */
int hearth_bcrypt(const char *password, const char *setting, char hash[HEARTH_BCRYPT_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
