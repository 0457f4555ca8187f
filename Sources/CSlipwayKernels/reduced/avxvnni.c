// AVX-VNNI: a block is two registers wide.
#if defined(__x86_64__)
#pragma clang fp contract(off)
#include <cpuid.h>
#include <immintrin.h>

#include "variants.h"

int slipway_has_avx_vnni(void) {
    unsigned a, b, c, d;
    __builtin_cpu_init();
    // The operating system keeps 256-bit registers where AVX2 is reported.
    if (!__builtin_cpu_supports("avx2") || !__get_cpuid_count(7, 1, &a, &b, &c, &d)) return 0;
    return (a >> 4 & 1) != 0;
}

#define KIND(name) slipway_reduced_##name##_int8_avxvnni
#define TARGET __attribute__((target("avx2,avxvnni")))
#define TILE 4
#define INPUT uint8_t
#define WEIGHT int8_t

typedef struct {
    __m256i low, high;
} KIND(sum), KIND(weights);

TARGET static inline KIND(sum) KIND(zero)(void) {
    return (KIND(sum)){_mm256_setzero_si256(), _mm256_setzero_si256()};
}

TARGET static inline KIND(weights) KIND(load)(const int8_t *panel) {
    return (KIND(weights)){
        _mm256_loadu_si256((const __m256i *)panel), _mm256_loadu_si256((const __m256i *)(panel + 32))};
}

TARGET static inline KIND(sum) KIND(dot)(KIND(sum) sum, int32_t word, KIND(weights) w) {
    __m256i x = _mm256_set1_epi32(word);
    return (KIND(sum)){_mm256_dpbusd_avx_epi32(sum.low, x, w.low), _mm256_dpbusd_avx_epi32(sum.high, x, w.high)};
}

TARGET static inline void KIND(store)(const slipway_reduced_args *g, int64_t j0, KIND(sum) sum, float *out) {
    int32_t sums[16];
    _mm256_storeu_si256((__m256i *)sums, sum.low);
    _mm256_storeu_si256((__m256i *)(sums + 8), sum.high);
    slipway_reduced_scale_int8(g, j0, sums, out);
}

#include "tile.h"
#endif
