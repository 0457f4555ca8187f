// AVX-VNNI: a block is two registers wide.
#if defined(__x86_64__)
#pragma clang fp contract(off)
#include <cpuid.h>
#include <immintrin.h>

#include "variants.h"

#define VNNI_TARGET __attribute__((target("avx2,avxvnni")))
#define TILE 4

int slipway_has_avx_vnni(void) {
    unsigned a, b, c, d;
    __builtin_cpu_init();
    // The operating system keeps 256-bit registers where AVX2 is reported.
    if (!__builtin_cpu_supports("avx2") || !__get_cpuid_count(7, 1, &a, &b, &c, &d)) return 0;
    return (a >> 4 & 1) != 0;
}

VNNI_TARGET static inline void tile(
    const slipway_reduced_args *g, const uint8_t *a, const int8_t *panel, int64_t step, int64_t rows, int64_t j0,
    float *out) {
    __m256i low[TILE], high[TILE];
    for (int r = 0; r < TILE; r++) low[r] = high[r] = _mm256_setzero_si256();
    for (int64_t k = 0; k < step; k += 4) {
        __m256i w0 = _mm256_loadu_si256((const __m256i *)(panel + k * 16));
        __m256i w1 = _mm256_loadu_si256((const __m256i *)(panel + k * 16 + 32));
        for (int r = 0; r < TILE; r++) {
            if (r >= rows) continue;
            int32_t word;
            memcpy(&word, a + r * step + k, 4);
            __m256i x = _mm256_set1_epi32(word);
            low[r] = _mm256_dpbusd_avx_epi32(low[r], x, w0);
            high[r] = _mm256_dpbusd_avx_epi32(high[r], x, w1);
        }
    }
    for (int r = 0; r < rows; r++) {
        int32_t sums[16];
        _mm256_storeu_si256((__m256i *)sums, low[r]);
        _mm256_storeu_si256((__m256i *)(sums + 8), high[r]);
        slipway_reduced_scale_int8(g, j0, sums, out + r * 16);
    }
}

VNNI_TARGET void slipway_reduced_block_int8_avxvnni(
    const slipway_reduced_args *g, int64_t step, int64_t j0, float *out) {
    const int8_t *panel = (const int8_t *)g->packed + j0 * step;
    const uint8_t *a = g->scratch;
    int64_t i = 0;
    for (; i + TILE <= g->m; i += TILE) tile(g, a + i * step, panel, step, TILE, j0, out + i * 16);
    for (; i < g->m; i++) tile(g, a + i * step, panel, step, 1, j0, out + i * 16);
}
#endif
