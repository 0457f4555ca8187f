// AVX-512 (F, BW, DQ, VL): 16 lanes.
#if defined(__x86_64__)
#include <immintrin.h>

#include "../checks.h"
#include "variants.h"

#pragma clang fp contract(off)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,f16c,bmi,bmi2"), min_vector_width(512))),            \
    apply_to = function)
#define ISA avx512
#define ISA_NUMBER SLIPWAY_ISA_AVX512
#define W 16
#define MASK_REGISTERS
#define GEMM_ROWS 12
#define EMBEDDING_NARROW(op) slipway_##op##_avx2
#include "../vector/all.h"
#pragma clang attribute pop
#endif
