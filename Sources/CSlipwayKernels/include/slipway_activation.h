#pragma once
#include "slipway_status.h"

typedef enum slipway_activation {
    SLIPWAY_ACT_NONE = 0,
    SLIPWAY_ACT_RELU = 1,
    SLIPWAY_ACT_LEAKY_RELU = 2, // slope
    SLIPWAY_ACT_PRELU = 3,      // alpha per column, else slope
    SLIPWAY_ACT_SIGMOID = 4,
    SLIPWAY_ACT_TANH = 5,
    SLIPWAY_ACT_SILU = 6,
    SLIPWAY_ACT_GELU = 7,       // with erf
    SLIPWAY_ACT_ELU = 8,        // slope is elu's alpha
    SLIPWAY_ACT_DICE = 9,       // p = sigmoid(x * gate_scale + gate_shift); p*x + (1-p)*alpha*x
} slipway_activation;

// What happens to a product before it is stored: v = product; accumulate: v += C; v += bias; v = v * scale + shift;
// activation. Vectors are per column, [N]; NULL leaves the step out (scale without shift adds 0, shift without scale
// multiplies by 1).
typedef struct slipway_epilogue {
    const float *_Nullable bias;
    const float *_Nullable scale;
    const float *_Nullable shift;
    const float *_Nullable alpha;      // PReLU, Dice
    const float *_Nullable gate_scale; // Dice; NULL is 1
    const float *_Nullable gate_shift; // Dice; NULL is 0
    int32_t activation;
    int32_t accumulate;
    float slope;
} slipway_epilogue;
