#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "isa/variants.h"

#if defined(__x86_64__)
static bool has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")
        && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

const slipway_kernels *slipway_kernels_for(int32_t isa) {
    switch (isa) {
    case SLIPWAY_ISA_SCALAR: return &slipway_kernels_scalar;
#if defined(__x86_64__)
    case SLIPWAY_ISA_AVX2: return has_avx2() ? &slipway_kernels_avx2 : NULL;
    case SLIPWAY_ISA_AVX512: return has_avx512() ? &slipway_kernels_avx512 : NULL;
    case SLIPWAY_ISA_AVX512_SHAPE: return has_avx2() ? &slipway_kernels_avx512shape : NULL;
#elif defined(__aarch64__)
    case SLIPWAY_ISA_NEON: return &slipway_kernels_neon;
#endif
    default: return NULL;
    }
}

static const slipway_kernels *choose(void) {
    static const int32_t best_first[] = {
        SLIPWAY_ISA_AVX512, SLIPWAY_ISA_AVX2, SLIPWAY_ISA_NEON, SLIPWAY_ISA_SCALAR, SLIPWAY_ISA_AVX512_SHAPE,
    };
    const size_t count = sizeof best_first / sizeof best_first[0];
    const char *wanted = getenv("SLIPWAY_ISA");
    for (size_t i = 0; wanted != NULL && i < count; i++) {
        const slipway_kernels *table = slipway_kernels_for(best_first[i]);
        if (table != NULL && strcmp(table->name, wanted) == 0) return table;
    }
    for (size_t i = 0; i < count; i++) {
        const slipway_kernels *table = slipway_kernels_for(best_first[i]);
        if (table != NULL) return table;
    }
    return &slipway_kernels_scalar;
}

const slipway_kernels *slipway_kernels_current(void) {
    static _Atomic(const slipway_kernels *) current;
    const slipway_kernels *table = atomic_load_explicit(&current, memory_order_acquire);
    if (table == NULL) {
        table = choose();
        atomic_store_explicit(&current, table, memory_order_release);
    }
    return table;
}

int64_t slipway_row_bytes(int32_t dtype, int64_t width) {
    const int64_t most = INT64_MAX / 8;
    if (width <= 0 || width > most) return 0;
    switch (dtype) {
    case SLIPWAY_F32: return width * 4;
    case SLIPWAY_F16:
    case SLIPWAY_BF16: return width * 2;
    case SLIPWAY_Q8: return 4 + width;
    case SLIPWAY_Q4: return width % 4 == 0 ? 4 + width / 2 : 0;
    case SLIPWAY_Q2: return width % 8 == 0 ? 4 + width / 4 : 0;
    default: return 0;
    }
}

int64_t slipway_packed_weights_count(const slipway_kernels *kernels, int64_t n, int64_t k) {
    if (n < 0 || k < 0 || n > INT64_MAX / 8) return -1;
    int64_t panel = kernels->gemm_columns, half = kernels->vector_width;
    int64_t rest = n % panel;
    int64_t columns = n == 1 ? 1 : n - rest + (rest == 0 ? 0 : rest <= half ? half : panel);
    int64_t count;
    return __builtin_mul_overflow(columns, k, &count) ? -1 : count;
}

void slipway_copy_rows(
    int64_t rows, int64_t row_bytes, const void *x, int64_t x_stride_bytes, void *out, int64_t out_stride_bytes) {
    if (row_bytes <= 0) return;
    for (int64_t i = 0; i < rows; i++)
        memcpy((char *)out + i * out_stride_bytes, (const char *)x + i * x_stride_bytes, (size_t)row_bytes);
}
