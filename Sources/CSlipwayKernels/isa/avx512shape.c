// The 16-lane source compiled for AVX2: slow, but lets a machine without AVX-512 test it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "../checks.h"
#include "variants.h"

#pragma clang diagnostic ignored "-Wpsabi" // 64-byte vectors only pass between inlined functions
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#define ISA avx512shape
#define ISA_NUMBER SLIPWAY_ISA_AVX512_SHAPE
#define W 16
#define GEMM_ROWS 12
#define EMBEDDING_NARROW(op) slipway_##op##_avx2
#include "../vector/all.h"
#pragma clang attribute pop
#endif
