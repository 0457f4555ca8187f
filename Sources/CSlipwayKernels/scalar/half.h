#pragma once
#include <stdint.h>
#include <string.h>

// float16 and bfloat16 without instruction-set support.

static inline uint32_t slipway_bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float slipway_float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// Round to nearest even; overflow gives infinity, NaN stays a quiet NaN.
static inline uint16_t slipway_half_from_float(float x) {
    uint32_t bits = slipway_bits_of(x);
    uint32_t sign = (bits >> 16) & 0x8000u;
    uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return (uint16_t)(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu));
    if (magnitude >= 0x47800000u) return (uint16_t)(sign | 0x7c00u); // 2^16 and above
    uint32_t shift = 13;
    uint32_t mantissa = magnitude;
    if (magnitude < 0x38800000u) { // below 2^-14: subnormal in half
        if (magnitude < 0x33000000u) return (uint16_t)sign; // below 2^-25
        shift = 126u - (magnitude >> 23);
        mantissa = (magnitude & 0x7fffffu) | 0x800000u;
    } else {
        mantissa = magnitude - 0x38000000u; // rebias the exponent from 127 to 15
    }
    uint32_t rounded = mantissa >> shift;
    uint32_t rest = mantissa & ((1u << shift) - 1u);
    uint32_t tie = 1u << (shift - 1u);
    if (rest > tie || (rest == tie && (rounded & 1u))) rounded += 1; // may carry into infinity, rightly
    return (uint16_t)(sign | rounded);
}

static inline float slipway_float_from_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    uint32_t exponent = (half >> 10) & 0x1fu;
    uint32_t mantissa = half & 0x3ffu;
    if (exponent == 0x1fu) return slipway_float_of(sign | 0x7f800000u | (mantissa << 13));
    if (exponent != 0) return slipway_float_of(sign | ((exponent + 112u) << 23) | (mantissa << 13));
    float magnitude = (float)mantissa * 0x1p-24f;
    return slipway_float_of(sign | slipway_bits_of(magnitude));
}

static inline uint16_t slipway_bfloat_from_float(float x) {
    uint32_t bits = slipway_bits_of(x);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t)((bits >> 16) | 0x40u);
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

static inline float slipway_float_from_bfloat(uint16_t bits) { return slipway_float_of((uint32_t)bits << 16); }
