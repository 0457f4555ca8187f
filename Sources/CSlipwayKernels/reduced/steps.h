// Target attention's first layer in bf16 on AVX512-BF16.
#pragma once
#include "forms.h"

#define STEPS_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma"), min_vector_width(512)))

STEPS_TARGET static void reduced_round_steps(int64_t m, int64_t k, const float *a, int64_t lda, void *codes) {
    const int64_t bytes = reduced_stride(2, k);
    const slipway_reduced_args sizes = {.k = k};
    for (int64_t r = 0; r < m; r++)
        reduced_bf16_round_row(&sizes, k > 0 ? a + r * lda : NULL, (char *)codes + r * bytes, bytes);
}

// Row i of Ws + diag(q) · Wp, in columns that the mask has.
STEPS_TARGET REDUCED_INLINE __m512 reduced_folded(
    __mmask16 mask, int64_t n, int64_t i, int64_t narrow, const float *query, const float *steps,
    const float *products) {
    const __m512 own = _mm512_maskz_loadu_ps(mask, steps + i * n);
    return i < narrow ? _mm512_fmadd_ps(_mm512_set1_ps(query[i]), _mm512_maskz_loadu_ps(mask, products + i * n), own) : own;
}

STEPS_TARGET static void reduced_fold(
    int64_t n, int64_t k, int64_t narrow, const float *query, const float *steps, const float *products, void *matrix) {
    // Codes of two rows come one row after the other; a step's four bytes hold an output's of both.
    const __m512i pairs = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16,
        0);
    char *out = matrix;
    for (int64_t j = 0; j < n; j += 16) {
        const __mmask16 mask = reduced_mask(n - j);
        for (int64_t i = 0; i < k; i += 2) {
            const __m512 low = reduced_folded(mask, n, i, narrow, query, steps + j, products + j);
            const __m512 high = i + 1 < k
                ? reduced_folded(mask, n, i + 1, narrow, query, steps + j, products + j) : _mm512_setzero_ps();
            const __m512i codes = (__m512i)_mm512_cvtne2ps_pbh(high, low);
            _mm512_storeu_si512(out, _mm512_permutexvar_epi16(pairs, codes));
            out += 64;
        }
    }
}

STEPS_TARGET static void reduced_multiply_steps(
    int64_t m, int64_t n, int64_t k, const void *codes, const void *matrix, float *c, int64_t ldc,
    const slipway_epilogue *epilogue) {
    const slipway_reduced_weight weight = {.packed = matrix};
    const slipway_reduced_args args = {.n = n, .k = k, .weight = &weight, .ldc = ldc};
    slipway_epilogue own = {0};
    if (epilogue) own = *epilogue;
    reduced_bf16_multiply(&args, m, codes, reduced_stride(2, k), c, &own);
    if (own.activation != SLIPWAY_ACT_NONE && own.activation != SLIPWAY_ACT_RELU) reduced_activate(m, n, c, ldc, &own);
}

#undef STEPS_TARGET
