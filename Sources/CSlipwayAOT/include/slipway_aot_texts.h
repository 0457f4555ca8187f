#pragma once
// The C files that generated code is compiled with, as text: those of runtime/, and the kernels' own.
#include <stdint.h>

typedef struct slipway_aot_text {
    const char *_Nonnull path; // where generated code includes it from
    const uint8_t *_Nonnull bytes;
    int64_t length;
} slipway_aot_text;

int64_t slipway_aot_text_count(void);
const slipway_aot_text *_Nonnull slipway_aot_texts(void);

// A file in memory, closed on exec; -1 and errno where there is none to have.
int32_t slipway_aot_memory_file(const char *_Nonnull name);
