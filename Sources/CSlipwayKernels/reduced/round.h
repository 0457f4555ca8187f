#pragma once
// Inputs rounded to the bits that products take.
#include <stdint.h>
#include <string.h>

static inline uint16_t slipway_bf16_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

static inline float slipway_bf16_float(uint16_t bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, 4);
    return value;
}

// NaN becomes 0; rows with one are found apart.
static inline uint8_t slipway_u8_code(float value, float inverse, float zero) {
    float scaled = value * inverse + zero;
    scaled = scaled > 0 ? scaled : 0;
    scaled = scaled < 255 ? scaled : 255;
    // Adding 1.5 · 2²³ rounds to a whole number, to nearest even, and leaves it in the low bits.
    scaled += 12582912.0f;
    uint32_t bits;
    memcpy(&bits, &scaled, 4);
    return (uint8_t)bits;
}
