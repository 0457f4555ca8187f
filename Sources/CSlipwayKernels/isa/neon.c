// AArch64 Advanced SIMD: 4 lanes.
#if defined(__aarch64__)
#include "../checks.h"
#include "variants.h"

#pragma clang fp contract(off)
#define ISA neon
#define ISA_NUMBER SLIPWAY_ISA_NEON
#define W 4
#define GEMM_ROWS 12
#define EMBEDDING_NARROW(op) slipway_##op##_scalar
#include "../vector/all.h"
#endif
