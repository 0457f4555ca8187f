// Target attention's first layer in bf16 on AVX512-BF16.
#pragma once
#include "forms.h"

REDUCED_BF16_TARGET static void reduced_round_steps(int64_t m, int64_t k, const float *a, int64_t lda, void *codes) {
    const int64_t bytes = slipway_reduced_row_bytes(reduced_bf16_group, k);
    const slipway_reduced_args sizes = {.k = k};
    for (int64_t r = 0; r < m; r++)
        reduced_bf16_round_row(&sizes, k > 0 ? a + r * lda : NULL, (char *)codes + r * bytes, bytes);
}

// Matrices of `count` queries, `ldq` floats apart, `bytes` from one to the next: Ws and Wp are read once for all.
REDUCED_BF16_TARGET REDUCED_INLINE void reduced_fold_queries(
    const int count, int64_t n, int64_t k, int64_t narrow, const float *query, int64_t ldq, const float *steps,
    const float *products, char *matrix, int64_t bytes) {
    // Codes of two rows come one row after the other; a step's four bytes hold an output's of both.
    const __m512i pairs = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16,
        0);
    for (int64_t j = 0; j < n; j += 16) {
        const __mmask16 mask = reduced_mask(n - j);
        for (int64_t i = 0; i < k; i += 2, matrix += 64) {
            __m512 own[2], product[2];
            for (int r = 0; r < 2; r++) {
                own[r] = i + r < k ? _mm512_maskz_loadu_ps(mask, steps + (i + r) * n + j) : _mm512_setzero_ps();
                product[r] =
                    i + r < narrow ? _mm512_maskz_loadu_ps(mask, products + (i + r) * n + j) : _mm512_setzero_ps();
            }
            for (int q = 0; q < count; q++) {
                __m512 folded[2];
                for (int r = 0; r < 2; r++)
                    folded[r] = i + r < narrow
                        ? _mm512_fmadd_ps(_mm512_set1_ps(query[q * ldq + i + r]), product[r], own[r]) : own[r];
                const __m512i codes = (__m512i)_mm512_cvtne2ps_pbh(folded[1], folded[0]);
                _mm512_storeu_si512(matrix + q * bytes, _mm512_permutexvar_epi16(pairs, codes));
            }
        }
    }
}

REDUCED_BF16_TARGET static void reduced_fold(
    int64_t count, int64_t n, int64_t k, int64_t narrow, const float *query, int64_t ldq, const float *steps,
    const float *products, void *matrix, int64_t bytes) {
    char *out = matrix;
    for (; count >= 4; count -= 4, query += 4 * ldq, out += 4 * bytes)
        reduced_fold_queries(4, n, k, narrow, query, ldq, steps, products, out, bytes);
    for (; count > 0; count--, query += ldq, out += bytes)
        reduced_fold_queries(1, n, k, narrow, query, ldq, steps, products, out, bytes);
}

REDUCED_BF16_TARGET static void reduced_multiply_steps(
    int64_t m, int64_t n, int64_t k, const void *codes, const void *matrix, float *c, int64_t ldc,
    const slipway_epilogue *epilogue) {
    const slipway_reduced_weight weight = {.packed = matrix};
    const slipway_reduced_args args = {.n = n, .k = k, .weight = &weight, .ldc = ldc};
    slipway_epilogue own = {0};
    if (epilogue) own = *epilogue;
    reduced_bf16_multiply(&args, m, codes, slipway_reduced_row_bytes(reduced_bf16_group, k), c, &own);
    if (own.activation != SLIPWAY_ACT_NONE && own.activation != SLIPWAY_ACT_RELU) reduced_activate(m, n, c, ldc, &own);
}
