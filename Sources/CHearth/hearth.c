/* Compiles the contract once, so that a mistake in it is found by the build of this package. */
#include "hearth/hearth.h"
