// Activations on vectors, and the epilogue as a kernel of its own.
#pragma once
#include "math.h"

typedef struct activation_parameters {
    vf slope; // leaky ReLU, ELU; PReLU's and Dice's alpha
    vf gate_scale, gate_shift;
} activation_parameters;

// `kind` is a constant wherever this is inlined.
INLINE vf activate_v(const int32_t kind, vf x, const activation_parameters *p) {
    const vf zero = splat(0);
    switch (kind) {
    case SLIPWAY_ACT_RELU: return max_v(zero, x); // keeps NaN
    case SLIPWAY_ACT_LEAKY_RELU:
    case SLIPWAY_ACT_PRELU: return select_v(x > zero, x, x * p->slope);
    case SLIPWAY_ACT_SIGMOID: return sigmoid_v(x);
    case SLIPWAY_ACT_TANH: return tanh_v(x);
    case SLIPWAY_ACT_SILU: return x * sigmoid_v(x);
    case SLIPWAY_ACT_GELU: return splat(0.5f) * x * (splat(1) + erf_v(x * splat(0.707106781f)));
    case SLIPWAY_ACT_ELU: return select_v(x > zero, x, p->slope * expm1_negative(x));
    case SLIPWAY_ACT_DICE: {
        vf gate = sigmoid_v(fma_v(x, p->gate_scale, p->gate_shift));
        return fma_v(gate, x, (splat(1) - gate) * p->slope * x);
    }
    default: return x;
    }
}

INLINE vf load_columns(const float *p, int64_t j, int64_t n, float otherwise) {
    if (p == NULL) return splat(otherwise);
    return n >= W ? load(p + j) : load_part(p + j, n);
}

// No vector per column is needed: row by row, or all at once where there are no gaps.
INLINE void activate_plain(
    const int32_t kind, int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo, float slope) {
    const activation_parameters p = {.slope = splat(slope), .gate_scale = splat(1), .gate_shift = splat(0)};
    slipway_flatten(&m, &n, ldx, ldo);
    for (int64_t i = 0; i < m; i++) {
        const float *from = x + i * ldx;
        float *to = out + i * ldo;
        int64_t j = 0;
        for (; j + W <= n; j += W) store(to + j, activate_v(kind, load(from + j), &p));
        if (j < n) store_part(to + j, activate_v(kind, load_part(from + j, n - j), &p), n - j);
    }
}

// Rows m of columns [0, n): affine per column where `affine`, then `kind`.
INLINE void activate_rows(
    const int32_t kind, const bool affine, int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo,
    const slipway_epilogue *e) {
    for (int64_t j = 0; j < n; j += W) {
        int64_t left = n - j < W ? n - j : W;
        activation_parameters p = {.slope = splat(e->slope)};
        if (kind == SLIPWAY_ACT_PRELU || kind == SLIPWAY_ACT_DICE) p.slope = load_columns(e->alpha, j, left, e->slope);
        if (kind == SLIPWAY_ACT_DICE) {
            p.gate_scale = load_columns(e->gate_scale, j, left, 1);
            p.gate_shift = load_columns(e->gate_shift, j, left, 0);
        }
        vf bias = splat(0), scale = splat(1), shift = splat(0);
        if (affine) {
            bias = load_columns(e->bias, j, left, 0);
            scale = load_columns(e->scale, j, left, 1);
            shift = load_columns(e->shift, j, left, 0);
        }
        for (int64_t i = 0; i < m; i++) {
            const float *from = x + i * ldx + j;
            vf v = left == W ? load(from) : load_part(from, left);
            if (affine) v = fma_v(v + bias, scale, shift);
            v = activate_v(kind, v, &p);
            if (left == W)
                store(out + i * ldo + j, v);
            else
                store_part(out + i * ldo + j, v, left);
        }
    }
}

static __attribute__((noinline)) void activate_matrix(
    int32_t kind, bool affine, int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo,
    const slipway_epilogue *e) {
#define CASE(kind)                                                                                                     \
    case kind:                                                                                                         \
        if (affine)                                                                                                    \
            activate_rows(kind, true, m, n, x, ldx, out, ldo, e);                                                      \
        else if (e->alpha || e->gate_scale || e->gate_shift)                                                           \
            activate_rows(kind, false, m, n, x, ldx, out, ldo, e);                                                     \
        else                                                                                                           \
            activate_plain(kind, m, n, x, ldx, out, ldo, e->slope);                                                    \
        break;
    switch (kind) {
        CASE(SLIPWAY_ACT_NONE)
        CASE(SLIPWAY_ACT_RELU)
        CASE(SLIPWAY_ACT_LEAKY_RELU)
        CASE(SLIPWAY_ACT_PRELU)
        CASE(SLIPWAY_ACT_SIGMOID)
        CASE(SLIPWAY_ACT_TANH)
        CASE(SLIPWAY_ACT_SILU)
        CASE(SLIPWAY_ACT_GELU)
        CASE(SLIPWAY_ACT_ELU)
        CASE(SLIPWAY_ACT_DICE)
    default: break;
    }
#undef CASE
}

int32_t KERNEL(activate_f32)(
    int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo, const slipway_epilogue *epilogue) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo) || !slipway_epilogue_ok(epilogue) || epilogue->accumulate)
        return SLIPWAY_BAD_ARGUMENT;
    bool affine = epilogue->bias || epilogue->scale || epilogue->shift;
    activate_matrix(epilogue->activation, affine, m, n, x, ldx, out, ldo, epilogue);
    return SLIPWAY_OK;
}
