// Target attention's first layer in bf16: the definition, and the choice of a variant.
#pragma clang fp contract(off)
#include <string.h>

#include "../checks.h"
#include "variants.h"

enum { bf16_group = 2, block_columns = 16 };

static bool runs(int32_t isa) {
    return (isa == SLIPWAY_REDUCED_SCALAR || isa == SLIPWAY_REDUCED_AVX512)
        && slipway_reduced_runs(isa, SLIPWAY_REDUCED_BF16);
}

static bool sizes_ok(int64_t m, int64_t n, int64_t k) {
    return slipway_reduced_packed_bytes(SLIPWAY_REDUCED_BF16, n, k) >= 0
        && slipway_reduced_scratch_bytes(SLIPWAY_REDUCED_BF16, m, k) >= 0;
}

int32_t slipway_reduced_round_steps(int32_t isa, int64_t m, int64_t k, const float *a, int64_t lda, void *codes) {
    if (!runs(isa) || !sizes_ok(m, 0, k) || !slipway_matrix_ok(m, k, a, lda)) return SLIPWAY_BAD_ARGUMENT;
    if (m == 0) return SLIPWAY_OK;
    if (codes == NULL) return SLIPWAY_BAD_ARGUMENT;
    const int64_t bytes = slipway_reduced_row_bytes(bf16_group, k);
#if defined(__x86_64__)
    if (isa == SLIPWAY_REDUCED_AVX512) {
        slipway_reduced_round_steps_avx512(m, k, a, lda, codes);
        return SLIPWAY_OK;
    }
#endif
    for (int64_t r = 0; r < m; r++) {
        uint16_t *to = (uint16_t *)((char *)codes + r * bytes);
        memset(to, 0, (size_t)bytes);
        for (int64_t i = 0; i < k; i++) to[i] = slipway_bf16_bits(a[r * lda + i]);
    }
    return SLIPWAY_OK;
}

int32_t slipway_reduced_fold(
    int32_t isa, int64_t n, int64_t k, int64_t narrow, const float *query, const float *steps, const float *products,
    void *matrix) {
    if (!runs(isa) || !sizes_ok(0, n, k) || narrow < 0 || narrow > k) return SLIPWAY_BAD_ARGUMENT;
    if (n == 0 || k == 0) return SLIPWAY_OK;
    if (matrix == NULL || steps == NULL || (narrow > 0 && (query == NULL || products == NULL)))
        return SLIPWAY_BAD_ARGUMENT;
#if defined(__x86_64__)
    if (isa == SLIPWAY_REDUCED_AVX512) {
        slipway_reduced_fold_avx512(n, k, narrow, query, steps, products, matrix);
        return SLIPWAY_OK;
    }
#endif
    const int64_t groups = (k + 1) / 2;
    uint16_t *out = matrix;
    memset(out, 0, (size_t)slipway_reduced_packed_bytes(SLIPWAY_REDUCED_BF16, n, k));
    for (int64_t i = 0; i < k; i++)
        for (int64_t j = 0; j < n; j++) {
            double value = steps[i * n + j];
            if (i < narrow) value += (double)query[i] * products[i * n + j];
            const int64_t place = (j / block_columns * groups + i / 2) * block_columns + j % block_columns;
            out[place * 2 + i % 2] = slipway_bf16_bits((float)value);
        }
    return SLIPWAY_OK;
}

static void multiply_scalar(
    int64_t m, int64_t n, int64_t k, const char *codes, const uint16_t *matrix, float *c, int64_t ldc, bool adds) {
    const int64_t groups = (k + 1) / 2, bytes = slipway_reduced_row_bytes(bf16_group, k);
    for (int64_t r = 0; r < m; r++) {
        const uint16_t *a = (const uint16_t *)(codes + r * bytes);
        for (int64_t j = 0; j < n; j++) {
            const uint16_t *w = matrix + (j / block_columns * groups * block_columns + j % block_columns) * 2;
            double sum = 0;
            for (int64_t i = 0; i < k; i++)
                sum += (double)slipway_bf16_float(a[i]) * slipway_bf16_float(w[i / 2 * block_columns * 2 + i % 2]);
            c[r * ldc + j] = adds ? c[r * ldc + j] + (float)sum : (float)sum;
        }
    }
}

int32_t slipway_reduced_multiply_steps(
    int32_t isa, int64_t m, int64_t n, int64_t k, const void *codes, const void *matrix, float *c, int64_t ldc,
    const slipway_epilogue *epilogue) {
    if (!runs(isa) || !sizes_ok(m, n, k) || !slipway_matrix_ok(m, n, c, ldc) || !slipway_epilogue_ok(epilogue))
        return SLIPWAY_BAD_ARGUMENT;
    if (m == 0 || n == 0) return SLIPWAY_OK;
    if (codes == NULL || (k > 0 && matrix == NULL)) return SLIPWAY_BAD_ARGUMENT;
#if defined(__x86_64__)
    if (isa == SLIPWAY_REDUCED_AVX512) {
        slipway_reduced_multiply_steps_avx512(m, n, k, codes, matrix, c, ldc, epilogue);
        return SLIPWAY_OK;
    }
#endif
    multiply_scalar(m, n, k, codes, matrix, c, ldc, epilogue && epilogue->accumulate);
    if (epilogue == NULL) return SLIPWAY_OK;
    slipway_epilogue last = *epilogue;
    last.accumulate = 0;
    return slipway_kernels_current()->activate(m, n, c, ldc, c, ldc, &last);
}
