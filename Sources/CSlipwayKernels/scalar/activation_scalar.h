#pragma once
#include <math.h>

#include "../include/slipway_kernels.h"

static inline double slipway_sigmoid_scalar(double x) { return 1 / (1 + exp(-x)); }

// The affine part and activation of column j, in double.
static inline double slipway_epilogue_scalar(const slipway_epilogue *e, double x, int64_t j) {
    if (e->bias) x += e->bias[j];
    if (e->scale) x *= e->scale[j];
    if (e->shift) x += e->shift[j];
    double alpha = e->alpha ? e->alpha[j] : e->slope;
    double gate = e->gate_scale ? x * e->gate_scale[j] : x;
    if (e->gate_shift) gate += e->gate_shift[j];
    double p = slipway_sigmoid_scalar(gate);
    switch (e->activation) {
    case SLIPWAY_ACT_RELU: return x < 0 ? 0 : x;
    case SLIPWAY_ACT_LEAKY_RELU: return x > 0 ? x : x * e->slope;
    case SLIPWAY_ACT_PRELU: return x > 0 ? x : x * alpha;
    case SLIPWAY_ACT_SIGMOID: return slipway_sigmoid_scalar(x);
    case SLIPWAY_ACT_TANH: return tanh(x);
    case SLIPWAY_ACT_SILU: return x * slipway_sigmoid_scalar(x);
    case SLIPWAY_ACT_GELU: return 0.5 * x * (1 + erf(x * 0.70710678118654752));
    case SLIPWAY_ACT_ELU: return x > 0 ? x : e->slope * expm1(x);
    case SLIPWAY_ACT_DICE: return p * x + (1 - p) * alpha * x;
    default: return x;
    }
}
