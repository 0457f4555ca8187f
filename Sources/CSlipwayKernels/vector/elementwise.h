// Element-wise kernels with broadcasting.
#pragma once
#include "math.h"

INLINE vf unary_v(const int32_t op, vf x) {
    switch (op) {
    case SLIPWAY_EXP: return exp_v(x);
    case SLIPWAY_ERF: return erf_v(x);
    case SLIPWAY_SIGMOID: return sigmoid_v(x);
    case SLIPWAY_TANH: return tanh_v(x);
    case SLIPWAY_SQRT: return sqrt_v(x);
    case SLIPWAY_SQUARE: return x * x;
    case SLIPWAY_NEGATE: return -x;
    case SLIPWAY_ABS: return abs_v(x);
    case SLIPWAY_RECIPROCAL: return splat(1) / x;
    default: return log_v(x);
    }
}

INLINE void unary_rows(
    const int32_t op, int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo) {
    for (int64_t i = 0; i < m; i++) {
        const float *from = x + i * ldx;
        float *to = out + i * ldo;
        int64_t j = 0;
        for (; j + W <= n; j += W) store(to + j, unary_v(op, load(from + j)));
        if (j < n) store_part(to + j, unary_v(op, load_part(from + j, n - j)), n - j);
    }
}

int32_t KERNEL(unary_f32)(int32_t op, int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    slipway_flatten(&m, &n, ldx, ldo);
#define CASE(op)                                                                                                       \
    case op: unary_rows(op, m, n, x, ldx, out, ldo); return SLIPWAY_OK;
    switch (op) {
        CASE(SLIPWAY_EXP)
        CASE(SLIPWAY_ERF)
        CASE(SLIPWAY_SIGMOID)
        CASE(SLIPWAY_TANH)
        CASE(SLIPWAY_SQRT)
        CASE(SLIPWAY_SQUARE)
        CASE(SLIPWAY_NEGATE)
        CASE(SLIPWAY_ABS)
        CASE(SLIPWAY_RECIPROCAL)
        CASE(SLIPWAY_LOG)
    default: return SLIPWAY_BAD_ARGUMENT;
    }
#undef CASE
}

INLINE vf binary_v(const int32_t op, vf a, vf b) {
    switch (op) {
    case SLIPWAY_ADD: return a + b;
    case SLIPWAY_SUB: return a - b;
    case SLIPWAY_MUL: return a * b;
    case SLIPWAY_DIV: return a / b;
    case SLIPWAY_MAX: return select_v(a == a, max_v(a, b), a); // max_v gives b where b is NaN
    case SLIPWAY_MIN: return select_v(a == a, min_v(a, b), a);
    case SLIPWAY_RSUB: return b - a;
    default: return b / a;
    }
}

INLINE void binary_rows(
    const int32_t op, const int32_t broadcast, int64_t m, int64_t n, const float *a, int64_t lda, const float *b,
    int64_t ldb, float *out, int64_t ldo) {
    const bool single = broadcast == SLIPWAY_COLUMN || broadcast == SLIPWAY_SCALAR;
    for (int64_t i = 0; i < m; i++) {
        const float *left = a + i * lda;
        const float *right = broadcast == SLIPWAY_FULL || broadcast == SLIPWAY_COLUMN ? b + i * ldb : b;
        float *to = out + i * ldo;
        vf value = single ? splat(*right) : splat(0);
        int64_t j = 0;
        for (; j + W <= n; j += W) store(to + j, binary_v(op, load(left + j), single ? value : load(right + j)));
        if (j < n) {
            vf y = single ? value : load_part(right + j, n - j);
            store_part(to + j, binary_v(op, load_part(left + j, n - j), y), n - j);
        }
    }
}

INLINE int32_t binary_op(
    const int32_t op, int32_t broadcast, int64_t m, int64_t n, const float *a, int64_t lda, const float *b, int64_t ldb,
    float *out, int64_t ldo) {
    switch (broadcast) {
    case SLIPWAY_FULL: binary_rows(op, SLIPWAY_FULL, m, n, a, lda, b, ldb, out, ldo); break;
    case SLIPWAY_ROW: binary_rows(op, SLIPWAY_ROW, m, n, a, lda, b, ldb, out, ldo); break;
    case SLIPWAY_COLUMN: binary_rows(op, SLIPWAY_COLUMN, m, n, a, lda, b, ldb, out, ldo); break;
    default: binary_rows(op, SLIPWAY_SCALAR, m, n, a, lda, b, ldb, out, ldo); break;
    }
    return SLIPWAY_OK;
}

int32_t KERNEL(binary_f32)(
    int32_t op, int32_t broadcast, int64_t m, int64_t n, const float *a, int64_t lda, const float *b, int64_t ldb,
    float *out, int64_t ldo) {
    if (!slipway_binary_ok(op, broadcast, m, n, a, lda, b, ldb, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    if (m == 0 || n == 0) return SLIPWAY_OK;
    switch (op) {
    case SLIPWAY_ADD: return binary_op(SLIPWAY_ADD, broadcast, m, n, a, lda, b, ldb, out, ldo);
    case SLIPWAY_SUB: return binary_op(SLIPWAY_SUB, broadcast, m, n, a, lda, b, ldb, out, ldo);
    case SLIPWAY_MUL: return binary_op(SLIPWAY_MUL, broadcast, m, n, a, lda, b, ldb, out, ldo);
    case SLIPWAY_DIV: return binary_op(SLIPWAY_DIV, broadcast, m, n, a, lda, b, ldb, out, ldo);
    case SLIPWAY_MAX: return binary_op(SLIPWAY_MAX, broadcast, m, n, a, lda, b, ldb, out, ldo);
    case SLIPWAY_MIN: return binary_op(SLIPWAY_MIN, broadcast, m, n, a, lda, b, ldb, out, ldo);
    case SLIPWAY_RSUB: return binary_op(SLIPWAY_RSUB, broadcast, m, n, a, lda, b, ldb, out, ldo);
    default: return binary_op(SLIPWAY_RDIV, broadcast, m, n, a, lda, b, ldb, out, ldo);
    }
}
