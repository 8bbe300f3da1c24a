#ifndef HEARTH_CRYPT_H
#define HEARTH_CRYPT_H

#include <crypt.h>

#endif
