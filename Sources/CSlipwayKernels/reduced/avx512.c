// AVX512-BF16 and AVX512-VNNI: a block is one register wide.
#if defined(__x86_64__)
#pragma clang fp contract(off)
#include <immintrin.h>

#include "variants.h"

#define BF16_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define VNNI_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
// Rows that share each read of the weights.
#define TILE 8

static inline int32_t word(const void *from) {
    int32_t value;
    memcpy(&value, from, 4);
    return value;
}

BF16_TARGET static inline void bf16_tile(
    const uint16_t *a, const uint16_t *panel, int64_t step, int64_t rows, float *out) {
    __m512 sum[TILE];
    for (int r = 0; r < TILE; r++) sum[r] = _mm512_setzero_ps();
    for (int64_t k = 0; k < step; k += 2) {
        __m512bh w = (__m512bh)_mm512_loadu_si512(panel + k * 16);
        for (int r = 0; r < TILE; r++) {
            if (r < rows) sum[r] = _mm512_dpbf16_ps(sum[r], (__m512bh)_mm512_set1_epi32(word(a + r * step + k)), w);
        }
    }
    for (int r = 0; r < rows; r++) _mm512_storeu_ps(out + r * 16, sum[r]);
}

BF16_TARGET void slipway_reduced_block_bf16_avx512(
    const slipway_reduced_args *g, int64_t step, int64_t j0, float *out) {
    const uint16_t *panel = (const uint16_t *)g->packed + j0 * step, *a = g->scratch;
    int64_t i = 0;
    for (; i + TILE <= g->m; i += TILE) bf16_tile(a + i * step, panel, step, TILE, out + i * 16);
    for (; i < g->m; i++) bf16_tile(a + i * step, panel, step, 1, out + i * 16);
}

VNNI_TARGET static inline void int8_tile(
    const slipway_reduced_args *g, const uint8_t *a, const int8_t *panel, int64_t step, int64_t rows, int64_t j0,
    float *out) {
    __m512i sum[TILE];
    for (int r = 0; r < TILE; r++) sum[r] = _mm512_setzero_si512();
    for (int64_t k = 0; k < step; k += 4) {
        __m512i w = _mm512_loadu_si512(panel + k * 16);
        for (int r = 0; r < TILE; r++) {
            if (r < rows) sum[r] = _mm512_dpbusd_epi32(sum[r], _mm512_set1_epi32(word(a + r * step + k)), w);
        }
    }
    for (int r = 0; r < rows; r++) {
        int32_t sums[16];
        _mm512_storeu_si512(sums, sum[r]);
        slipway_reduced_scale_int8(g, j0, sums, out + r * 16);
    }
}

VNNI_TARGET void slipway_reduced_block_int8_avx512(
    const slipway_reduced_args *g, int64_t step, int64_t j0, float *out) {
    const int8_t *panel = (const int8_t *)g->packed + j0 * step;
    const uint8_t *a = g->scratch;
    int64_t i = 0;
    for (; i + TILE <= g->m; i += TILE) int8_tile(g, a + i * step, panel, step, TILE, j0, out + i * 16);
    for (; i < g->m; i++) int8_tile(g, a + i * step, panel, step, 1, j0, out + i * 16);
}
#endif
