#pragma once
// Element-wise and row operations on float32 matrices. Outputs may be the input itself (same pointer and stride)
// unless noted.
#include "slipway_activation.h"

typedef enum slipway_unary_op {
    SLIPWAY_EXP = 0,
    SLIPWAY_ERF = 1,
    SLIPWAY_SIGMOID = 2,
    SLIPWAY_TANH = 3,
    SLIPWAY_SQRT = 4,
    SLIPWAY_SQUARE = 5,
    SLIPWAY_NEGATE = 6,
    SLIPWAY_ABS = 7,
    SLIPWAY_RECIPROCAL = 8,
    SLIPWAY_LOG = 9,
} slipway_unary_op;

typedef enum slipway_binary_op {
    SLIPWAY_ADD = 0,
    SLIPWAY_SUB = 1, // a - b
    SLIPWAY_MUL = 2,
    SLIPWAY_DIV = 3, // a / b
    SLIPWAY_MAX = 4, // NaN where either is
    SLIPWAY_MIN = 5,
    SLIPWAY_RSUB = 6, // b - a
    SLIPWAY_RDIV = 7, // b / a
} slipway_binary_op;

// Which elements of b meet a[i, j].
typedef enum slipway_broadcast {
    SLIPWAY_FULL = 0,   // b[i * ldb + j]
    SLIPWAY_ROW = 1,    // b[j]: one row for all
    SLIPWAY_COLUMN = 2, // b[i * ldb]: one value a row
    SLIPWAY_SCALAR = 3, // b[0]
} slipway_broadcast;

typedef int32_t (*slipway_unary_fn)(
    int32_t op, int64_t m, int64_t n, const float *_Nullable x, int64_t ldx, float *_Nullable out, int64_t ldo);

// out [M, N] = a op b; out may be a, or b where b is full.
typedef int32_t (*slipway_binary_fn)(
    int32_t op, int32_t broadcast, int64_t m, int64_t n, const float *_Nullable a, int64_t lda,
    const float *_Nullable b, int64_t ldb, float *_Nullable out, int64_t ldo);

// The epilogue on its own (`accumulate` is refused): affine per column, then the activation.
typedef int32_t (*slipway_activate_fn)(
    int64_t m, int64_t n, const float *_Nullable x, int64_t ldx, float *_Nullable out, int64_t ldo,
    const slipway_epilogue *_Nonnull epilogue);

// Over the last dimension of scale * x. `mask` [M, N] (bytes, 0 leaves the element out and gives it 0) may be NULL; an
// ldmask of 0 is one mask row for all. A row with nothing left gives zeros.
typedef int32_t (*slipway_softmax_fn)(
    int64_t m, int64_t n, const float *_Nullable x, int64_t ldx, float scale,
    const uint8_t *_Nullable mask, int64_t ldmask, float *_Nullable out, int64_t ldo);

// (x - mean) / sqrt(var + eps) * gamma + beta over the last dimension, biased variance; gamma and beta [N] or NULL.
typedef int32_t (*slipway_layer_norm_fn)(
    int64_t m, int64_t n, const float *_Nullable x, int64_t ldx,
    const float *_Nullable gamma, const float *_Nullable beta, float eps, float *_Nullable out, int64_t ldo);

// out[i * ldo] = sum of row i.
typedef int32_t (*slipway_row_sum_fn)(
    int64_t m, int64_t n, const float *_Nullable x, int64_t ldx, float *_Nullable out, int64_t ldo);

// x / max(|x|, eps) per row.
typedef int32_t (*slipway_l2_normalize_fn)(
    int64_t m, int64_t n, const float *_Nullable x, int64_t ldx, float eps, float *_Nullable out, int64_t ldo);

// Factorization machine: x [M, F*D] -> out [M, D] = ((sum over fields)^2 - sum of squares) / 2. Not in place.
typedef int32_t (*slipway_fm_fn)(
    int64_t m, int64_t fields, int64_t width, const float *_Nullable x, int64_t ldx, float *_Nullable out, int64_t ldo);
