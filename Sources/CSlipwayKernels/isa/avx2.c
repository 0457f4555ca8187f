// AVX2 with FMA and F16C: 8 lanes.
#if defined(__x86_64__)
#include <immintrin.h>

#include "../checks.h"
#include "variants.h"

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#define ISA avx2
#define ISA_NUMBER SLIPWAY_ISA_AVX2
#define W 8
#define GEMM_ROWS 6
#define EMBEDDING_NARROW(op) slipway_##op##_avx2w4
#include "../vector/all.h"
#pragma clang attribute pop
#endif
