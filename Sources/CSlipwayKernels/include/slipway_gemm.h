#pragma once
// Matrix products with packed or plain right-hand sides.
#include "slipway_activation.h"

// C [M, N] = epilogue(A [M, K] · B [K, N]), B packed by pack_weights of the same kernel table. K = 0 multiplies to
// zeros.
typedef struct slipway_gemm_args {
    int64_t m, n, k;
    const float *_Nullable a;
    int64_t lda;
    const float *_Nullable packed;
    float *_Nullable c;
    int64_t ldc;
    const slipway_epilogue *_Nullable epilogue; // NULL: none
} slipway_gemm_args;

// batch × C [M, N] = epilogue(A [M, K] · B), B plain: [K, N], or [N, K] where b_transposed. Batch strides in elements;
// 0 shares one matrix.
typedef struct slipway_bmm_args {
    int64_t batch, m, n, k;
    const float *_Nullable a;
    int64_t lda, a_batch_stride;
    const float *_Nullable b;
    int64_t ldb, b_batch_stride;
    int32_t b_transposed;
    float *_Nullable c;
    int64_t ldc, c_batch_stride;
    const slipway_epilogue *_Nullable epilogue;
} slipway_bmm_args;

typedef enum slipway_triangle {
    SLIPWAY_UPPER = 0,          // (0,1) (0,2) … (1,2) …
    SLIPWAY_UPPER_DIAGONAL = 1, // (0,0) (0,1) … (1,1) …
    SLIPWAY_LOWER = 2,          // (1,0) (2,0) (2,1) …
    SLIPWAY_LOWER_DIAGONAL = 3, // (0,0) (1,0) (1,1) …
} slipway_triangle;

// Weight [N, K] (a Linear layer's, row-major) -> panels; `packed` holds slipway_packed_weights_count floats. A
// column's sum over K runs in the same order whatever M is, so a row's result does not depend on its batch.
typedef int32_t (*slipway_pack_weights_fn)(
    int64_t n, int64_t k, const float *_Nullable weight, int64_t ldw, float *_Nullable packed);

typedef int32_t (*slipway_gemm_fn)(const slipway_gemm_args *_Nonnull args);
typedef int32_t (*slipway_bmm_fn)(const slipway_bmm_args *_Nonnull args);

// Dot products of all pairs of F fields: x [M, F*D] -> out [M, pairs], pairs = F(F-1)/2 or F(F+1)/2 with the diagonal.
typedef int32_t (*slipway_interact_fn)(
    int64_t m, int64_t fields, int64_t width, int32_t triangle, const float *_Nullable x, int64_t ldx,
    float *_Nullable out, int64_t ldo);
