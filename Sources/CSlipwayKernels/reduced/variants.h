#pragma once
// Products by instruction set: whole, or one block of 16 outputs [M, 16] of inputs that were rounded.
#include "../include/slipway_kernels.h"
#include "../include/slipway_reduced.h"
#include "round.h"

// `step` is K rounded up to whole groups, `j0` the block's first output.
typedef void (*slipway_reduced_block_fn)(const slipway_reduced_args *g, int64_t step, int64_t j0, float *out);

void slipway_reduced_block_bf16_scalar(const slipway_reduced_args *g, int64_t step, int64_t j0, float *out);
void slipway_reduced_block_int8_scalar(const slipway_reduced_args *g, int64_t step, int64_t j0, float *out);
void slipway_reduced_block_int8_avxvnni(const slipway_reduced_args *g, int64_t step, int64_t j0, float *out);

// Whole products; the arguments were checked.
void slipway_reduced_gemm_bf16_avx512(const slipway_reduced_args *g);
void slipway_reduced_gemm_int8_avx512(const slipway_reduced_args *g);
void slipway_reduced_round_steps_avx512(int64_t m, int64_t k, const float *a, int64_t lda, void *codes);
void slipway_reduced_fold_avx512(
    int64_t n, int64_t k, int64_t narrow, const float *query, const float *steps, const float *products, void *matrix);
void slipway_reduced_multiply_steps_avx512(
    int64_t m, int64_t n, int64_t k, const void *codes, const void *matrix, float *c, int64_t ldc,
    const slipway_epilogue *epilogue);

slipway_reduced_block_fn slipway_reduced_block_for(int32_t isa, int32_t form);

// Whether CPU and system have AVX-VNNI, which compilers' own check does not know everywhere.
int slipway_has_avx_vnni(void);

// Sums of 16 outputs to floats; outputs beyond N get nothing sensible.
static inline void slipway_reduced_scale_int8(
    const slipway_reduced_args *g, int64_t j0, const int32_t *sum, float *out) {
    int64_t columns = g->n - j0 < 16 ? g->n - j0 : 16;
    for (int64_t j = 0; j < columns; j++) {
        int32_t exact = sum[j] - g->weight->input_zero * g->weight->sum[j0 + j];
        float scale = g->weight->input_scale * g->weight->scale[j0 + j];
        out[j] = (float)exact * scale;
    }
}
