#include "hearth_crypt.h"
