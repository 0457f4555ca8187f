#pragma once
// What the variants call of each other.
#include "../scalar/scalar.h"

#if defined(__x86_64__)
SLIPWAY_DECLARE_EMBEDDING(avx2w4)
SLIPWAY_DECLARE_EMBEDDING(avx2)
extern const slipway_kernels slipway_kernels_avx2;
extern const slipway_kernels slipway_kernels_avx512;
extern const slipway_kernels slipway_kernels_avx512shape;
#endif
#if defined(__aarch64__)
extern const slipway_kernels slipway_kernels_neon;
#endif
extern const slipway_kernels slipway_kernels_scalar;
