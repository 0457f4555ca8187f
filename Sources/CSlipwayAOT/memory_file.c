#define _GNU_SOURCE
#include "slipway_aot_texts.h"

#include <sys/mman.h>

int32_t slipway_aot_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
