// AVX512-BF16 and AVX512-VNNI: a block is one register wide.
#if defined(__x86_64__)
#pragma clang fp contract(off)
#include <immintrin.h>

#include "variants.h"

#define KIND(name) slipway_reduced_##name##_bf16_avx512
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define TILE 8
#define INPUT uint16_t
#define WEIGHT uint16_t

typedef __m512 KIND(sum);
typedef __m512bh KIND(weights);

TARGET static inline __m512 KIND(zero)(void) { return _mm512_setzero_ps(); }

TARGET static inline __m512bh KIND(load)(const uint16_t *panel) { return (__m512bh)_mm512_loadu_si512(panel); }

TARGET static inline __m512 KIND(dot)(__m512 sum, int32_t word, __m512bh w) {
    return _mm512_dpbf16_ps(sum, (__m512bh)_mm512_set1_epi32(word), w);
}

TARGET static inline void KIND(store)(const slipway_reduced_args *g, int64_t j0, __m512 sum, float *out) {
    (void)g, (void)j0;
    _mm512_storeu_ps(out, sum);
}

#include "tile.h"

#define KIND(name) slipway_reduced_##name##_int8_avx512
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define TILE 8
#define INPUT uint8_t
#define WEIGHT int8_t

typedef __m512i KIND(sum);
typedef __m512i KIND(weights);

TARGET static inline __m512i KIND(zero)(void) { return _mm512_setzero_si512(); }

TARGET static inline __m512i KIND(load)(const int8_t *panel) { return _mm512_loadu_si512(panel); }

TARGET static inline __m512i KIND(dot)(__m512i sum, int32_t word, __m512i w) {
    return _mm512_dpbusd_epi32(sum, _mm512_set1_epi32(word), w);
}

TARGET static inline void KIND(store)(const slipway_reduced_args *g, int64_t j0, __m512i sum, float *out) {
    int32_t sums[16];
    _mm512_storeu_si512(sums, sum);
    slipway_reduced_scale_int8(g, j0, sums, out);
}

#include "tile.h"
#endif
