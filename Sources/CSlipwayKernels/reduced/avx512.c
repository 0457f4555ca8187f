// AVX512-BF16 and AVX512-VNNI: whole products, 12 rows and 32 outputs at a time.
#if defined(__x86_64__)
#pragma clang fp contract(off)
#include "variants.h"

static void reduced_activate(
    int64_t m, int64_t n, float *c, int64_t ldc, const slipway_epilogue *epilogue) {
    slipway_epilogue only = *epilogue;
    only.bias = only.scale = only.shift = NULL;
    only.accumulate = 0;
    slipway_kernels_current()->activate(m, n, c, ldc, c, ldc, &only);
}

#include "forms.h"
#include "steps.h"

void slipway_reduced_gemm_bf16_avx512(const slipway_reduced_args *g) { reduced_bf16_gemm(g); }
void slipway_reduced_gemm_int8_avx512(const slipway_reduced_args *g) { reduced_int8_gemm(g); }

void slipway_reduced_round_steps_avx512(int64_t m, int64_t k, const float *a, int64_t lda, void *codes) {
    reduced_round_steps(m, k, a, lda, codes);
}

void slipway_reduced_fold_avx512(
    int64_t n, int64_t k, int64_t narrow, const float *query, const float *steps, const float *products, void *matrix) {
    reduced_fold(1, n, k, narrow, query, narrow, steps, products, matrix, 0);
}

void slipway_reduced_multiply_steps_avx512(
    int64_t m, int64_t n, int64_t k, const void *codes, const void *matrix, float *c, int64_t ldc,
    const slipway_epilogue *epilogue) {
    reduced_multiply_steps(m, n, k, codes, matrix, c, ldc, epilogue);
}
#endif
