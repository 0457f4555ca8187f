// bf16 and int8 products of AVX-512 machines: what differs between the two. Before it, `reduced_activate` is defined.
#pragma once
#include <immintrin.h>
#include <stdbool.h>

#include "../include/slipway_reduced.h"

#define REDUCED_INLINE static inline __attribute__((always_inline))

enum {
    reduced_tile_rows = 12,
    reduced_block_rows = SLIPWAY_REDUCED_BLOCK_ROWS,
};

typedef struct reduced_tile {
    const slipway_reduced_args *args;
    int64_t n, words, lda, block_stride, ldc, column;
    const char *a, *b;
    float *c;
    slipway_epilogue epilogue;
} reduced_tile;

typedef void (*reduced_tile_fn)(const reduced_tile *t);

REDUCED_INLINE __mmask16 reduced_mask(int64_t left) {
    return left >= 16 ? (__mmask16)0xffff : left > 0 ? (__mmask16)((1u << left) - 1u) : (__mmask16)0;
}

// Groups of K that four bytes hold.
REDUCED_INLINE int64_t reduced_words(int64_t group, int64_t k) { return (k + group - 1) / group; }

#define REDUCED_BF16_TARGET \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma"), min_vector_width(512)))

// MARK: bf16

#define KIND(name) reduced_bf16_##name
#define TARGET REDUCED_BF16_TARGET
enum { KIND(group) = 2 };
typedef __m512 KIND(sums);
typedef struct KIND(columns) {
    int none;
} KIND(columns);

TARGET REDUCED_INLINE __m512 KIND(start)(const KIND(columns) *own) {
    (void)own;
    return _mm512_setzero_ps();
}

TARGET REDUCED_INLINE __m512 KIND(dot)(__m512 sum, __m512i x, __m512i w) {
    return _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)w);
}

TARGET REDUCED_INLINE KIND(columns) KIND(load_columns)(const slipway_reduced_args *g, int64_t j, __mmask16 mask) {
    (void)g, (void)j, (void)mask;
    return (KIND(columns)){0};
}

TARGET REDUCED_INLINE __m512 KIND(floats)(__m512 sum, const KIND(columns) *own) {
    (void)own;
    return sum;
}

// A NaN is a code of its own here, and makes its sums NaN.
TARGET static bool KIND(round_row)(const slipway_reduced_args *g, const float *a, char *to, int64_t stride) {
    int64_t i = 0;
    for (; i + 32 <= g->k; i += 32) {
        const __m512bh codes = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(a + i));
        _mm512_storeu_si512(to + 2 * i, (__m512i)codes);
    }
    for (; 2 * i < stride; i += 32) {
        const __m512 low = _mm512_maskz_loadu_ps(reduced_mask(g->k - i), a + i);
        const __m512 high = _mm512_maskz_loadu_ps(reduced_mask(g->k - i - 16), a + i + 16);
        _mm512_storeu_si512(to + 2 * i, (__m512i)_mm512_cvtne2ps_pbh(high, low));
    }
    return false;
}

#include "product.h"

// MARK: int8

#define KIND(name) reduced_int8_##name
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma"), min_vector_width(512)))
enum { KIND(group) = 4 };
typedef __m512i KIND(sums);
typedef struct KIND(columns) {
    __m512i start; // less what the inputs' zero adds to a sum
    __m512 scale;
} KIND(columns);

TARGET REDUCED_INLINE __m512i KIND(start)(const KIND(columns) *own) { return own->start; }

TARGET REDUCED_INLINE __m512i KIND(dot)(__m512i sum, __m512i x, __m512i w) { return _mm512_dpbusd_epi32(sum, x, w); }

TARGET REDUCED_INLINE KIND(columns) KIND(load_columns)(const slipway_reduced_args *g, int64_t j, __mmask16 mask) {
    const __m512i sums = _mm512_maskz_loadu_epi32(mask, g->weight->sum + j);
    return (KIND(columns)){
        .start = _mm512_mullo_epi32(_mm512_set1_epi32(-g->weight->input_zero), sums),
        .scale = _mm512_mul_ps(_mm512_set1_ps(g->weight->input_scale), _mm512_maskz_loadu_ps(mask, g->weight->scale + j)),
    };
}

TARGET REDUCED_INLINE __m512 KIND(floats)(__m512i sum, const KIND(columns) *own) {
    return _mm512_mul_ps(_mm512_cvtepi32_ps(sum), own->scale);
}

// 16 inputs, scaled and rounded, not above 255; packing cuts what is below 0. A NaN is told apart.
TARGET REDUCED_INLINE __m512i KIND(round16)(__m512 x, __m512 inverse, __m512 zero, const bool shifts) {
    __m512 scaled = _mm512_mul_ps(x, inverse);
    if (shifts) scaled = _mm512_add_ps(scaled, zero);
    return _mm512_cvtps_epi32(_mm512_min_ps(scaled, _mm512_set1_ps(255)));
}

TARGET REDUCED_INLINE bool KIND(round_from)(
    const slipway_reduced_args *g, const float *a, char *to, int64_t stride, const bool shifts) {
    const __m512 inverse = _mm512_set1_ps(1 / g->weight->input_scale);
    const __m512 zero = _mm512_set1_ps((float)g->weight->input_zero);
    // Packing goes by quarters of a register.
    const __m512i quarters = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    __mmask16 nan = 0;
    for (int64_t i = 0; i < stride; i += 64) {
        __m512 x[4];
        if (i + 64 <= g->k)
            for (int v = 0; v < 4; v++) x[v] = _mm512_loadu_ps(a + i + 16 * v);
        else // beyond K weights are zero, so that any code will do
            for (int v = 0; v < 4; v++) x[v] = _mm512_maskz_loadu_ps(reduced_mask(g->k - i - 16 * v), a + i + 16 * v);
        nan |= _mm512_cmp_ps_mask(x[0], x[1], _CMP_UNORD_Q) | _mm512_cmp_ps_mask(x[2], x[3], _CMP_UNORD_Q);
        const __m512i low = _mm512_packs_epi32(
            KIND(round16)(x[0], inverse, zero, shifts), KIND(round16)(x[1], inverse, zero, shifts));
        const __m512i high = _mm512_packs_epi32(
            KIND(round16)(x[2], inverse, zero, shifts), KIND(round16)(x[3], inverse, zero, shifts));
        _mm512_storeu_si512(to + i, _mm512_permutexvar_epi32(quarters, _mm512_packus_epi16(low, high)));
    }
    return nan != 0;
}

TARGET static bool KIND(round_row)(const slipway_reduced_args *g, const float *a, char *to, int64_t stride) {
    return g->weight->input_zero == 0 ? KIND(round_from)(g, a, to, stride, false) : KIND(round_from)(g, a, to, stride, true);
}

#include "product.h"
