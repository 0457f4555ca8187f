// Four lanes under AVX2: embedding rows too narrow for 8.
#if defined(__x86_64__)
#include <immintrin.h>

#include "../checks.h"
#include "variants.h"

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#define ISA avx2w4
#define W 4
#define EMBEDDING_NARROW(op) slipway_##op##_scalar
#include "../vector/vec.h"
#include "../vector/embedding_bag.h"
#pragma clang attribute pop
#endif
