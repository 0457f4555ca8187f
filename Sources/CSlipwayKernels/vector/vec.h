// Vector types and helpers of one translation unit; W is the number of float32 lanes, set by the file that includes
// this.
#ifndef W
#error "define W before including vec.h"
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define LIKELY(x) __builtin_expect((x), 1)
#define UNLIKELY(x) __builtin_expect((x), 0)

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
// The exported name of a kernel in this unit: slipway_<op>_<isa>.
#define KERNEL(op) JOIN(slipway_##op, ISA)

typedef float vf __attribute__((ext_vector_type(W)));
typedef int32_t vi __attribute__((ext_vector_type(W)));
typedef uint32_t vu __attribute__((ext_vector_type(W)));
typedef uint8_t vu8 __attribute__((ext_vector_type(W)));
typedef uint16_t vu16 __attribute__((ext_vector_type(W)));
typedef _Float16 vh __attribute__((ext_vector_type(W)));

INLINE vf splat(float x) { return (vf)x; }

INLINE vf load(const float *p) {
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store(float *p, vf v) { memcpy(p, &v, sizeof v); }

#if W == 4
#define LANES {0, 1, 2, 3}
#elif W == 8
#define LANES {0, 1, 2, 3, 4, 5, 6, 7}
#elif W == 16
#define LANES {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
#endif

// load_part: the first n <= W elements, zeros after them; store_part writes n elements.
#if defined(__x86_64__) && defined(MASK_REGISTERS)
INLINE vf load_part(const float *p, int64_t n) { return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1u), p); }
INLINE void store_part(float *p, vf v, int64_t n) { _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1u), v); }
#elif defined(__x86_64__) && W == 8
INLINE vf load_part(const float *p, int64_t n) {
    const vi lanes = LANES;
    return _mm256_maskload_ps(p, (__m256i)(lanes < (vi)(int32_t)n));
}
INLINE void store_part(float *p, vf v, int64_t n) {
    const vi lanes = LANES;
    _mm256_maskstore_ps(p, (__m256i)(lanes < (vi)(int32_t)n), v);
}
#else
INLINE vf load_part(const float *p, int64_t n) {
    float buffer[W] = {0};
    for (int64_t i = 0; i < n; i++) buffer[i] = p[i];
    return load(buffer);
}
INLINE void store_part(float *p, vf v, int64_t n) {
    float buffer[W];
    store(buffer, v);
    for (int64_t i = 0; i < n; i++) p[i] = buffer[i];
}
#endif

INLINE vf fma_v(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
INLINE vf round_v(vf x) { return __builtin_elementwise_roundeven(x); }
INLINE vf abs_v(vf x) { return __builtin_elementwise_abs(x); }
INLINE vf sqrt_v(vf x) { return __builtin_elementwise_sqrt(x); }
INLINE vf copysign_v(vf magnitude, vf sign) { return __builtin_elementwise_copysign(magnitude, sign); }
INLINE vf select_v(vi mask, vf yes, vf no) { return mask ? yes : no; }
// b where either is NaN, as the x86 instructions do.
INLINE vf max_v(vf a, vf b) { return a > b ? a : b; }
INLINE vf min_v(vf a, vf b) { return a < b ? a : b; }

INLINE float sum_v(vf v) {
    float lanes[W];
    store(lanes, v);
    for (int step = W / 2; step > 0; step /= 2)
        for (int i = 0; i < step; i++) lanes[i] += lanes[i + step];
    return lanes[0];
}

INLINE float reduce_max_v(vf v) {
    float lanes[W];
    store(lanes, v);
    for (int step = W / 2; step > 0; step /= 2)
        for (int i = 0; i < step; i++) lanes[i] = lanes[i] > lanes[i + step] ? lanes[i] : lanes[i + step];
    return lanes[0];
}

INLINE float reduce_min_v(vf v) { return -reduce_max_v(-v); }
