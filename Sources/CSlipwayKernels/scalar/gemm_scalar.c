// Reference forms of the matrix products. Packed weights are the [N, K] weight itself, without gaps.
#include <string.h>

#include "../checks.h"
#include "activation_scalar.h"
#include "scalar.h"

int32_t slipway_pack_weights_f32_scalar(int64_t n, int64_t k, const float *weight, int64_t ldw, float *packed) {
    if (!slipway_matrix_ok(n, k, weight, ldw) || (n > 0 && k > 0 && packed == NULL)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < k; i++) packed[j * k + i] = weight[j * ldw + i];
    return SLIPWAY_OK;
}

static void finish(const slipway_epilogue *e, double sum, int64_t j, float *c) {
    if (e == NULL) {
        *c = (float)sum;
        return;
    }
    if (e->accumulate) sum += *c;
    *c = (float)slipway_epilogue_scalar(e, sum, j);
}

int32_t slipway_gemm_packed_f32_scalar(const slipway_gemm_args *g) {
    if (!slipway_gemm_ok(g)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++) {
            double sum = 0;
            for (int64_t k = 0; k < g->k; k++) sum += (double)g->a[i * g->lda + k] * g->packed[j * g->k + k];
            finish(g->epilogue, sum, j, &g->c[i * g->ldc + j]);
        }
    return SLIPWAY_OK;
}

int32_t slipway_bmm_f32_scalar(const slipway_bmm_args *g) {
    if (!slipway_bmm_ok(g)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t s = 0; s < g->batch; s++)
        for (int64_t i = 0; i < g->m; i++)
            for (int64_t j = 0; j < g->n; j++) {
                double sum = 0;
                for (int64_t k = 0; k < g->k; k++) {
                    int64_t at = g->b_transposed ? j * g->ldb + k : k * g->ldb + j;
                    sum += (double)g->a[s * g->a_batch_stride + i * g->lda + k] * g->b[s * g->b_batch_stride + at];
                }
                finish(g->epilogue, sum, j, &g->c[s * g->c_batch_stride + i * g->ldc + j]);
            }
    return SLIPWAY_OK;
}

int32_t slipway_interact_f32_scalar(
    int64_t m, int64_t fields, int64_t width, int32_t triangle, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_interact_ok(m, fields, width, triangle, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t row = 0; row < m; row++) {
        float *to = out + row * ldo;
        for (int64_t i = 0; i < fields; i++)
            for (int64_t j = 0; j < fields; j++) {
                bool wanted = triangle == SLIPWAY_UPPER ? j > i
                    : triangle == SLIPWAY_UPPER_DIAGONAL ? j >= i
                    : triangle == SLIPWAY_LOWER          ? j < i
                                                         : j <= i;
                if (!wanted) continue;
                double sum = 0;
                for (int64_t k = 0; k < width; k++)
                    sum += (double)x[row * ldx + i * width + k] * x[row * ldx + j * width + k];
                *to++ = (float)sum;
            }
    }
    return SLIPWAY_OK;
}
