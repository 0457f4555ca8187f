// Reading table rows as vectors: columns [column, column + W) of one row.
#pragma once

INLINE vf load_half(const uint8_t *p) {
    vh half;
    memcpy(&half, p, sizeof half);
    return __builtin_convertvector(half, vf);
}

INLINE vf load_bfloat(const uint8_t *p) {
    vu16 bits;
    memcpy(&bits, p, sizeof bits);
    vu wide = __builtin_convertvector(bits, vu) << 16;
    return (vf)wide;
}

INLINE vf codes_to_float(vu8 codes) { return __builtin_convertvector(__builtin_convertvector(codes, vi), vf); }

INLINE vf load_q8(const uint8_t *p) {
    vu8 codes;
    memcpy(&codes, p, sizeof codes);
    return codes_to_float(codes);
}

// Codes below a byte: every lane gets the word its code is in and shifts it down (little endian).
INLINE vf load_q4(const uint8_t *p) {
    const vu lanes = LANES;
    uint32_t words[2] = {0, 0};
    memcpy(words, p, W / 2);
    vu word = (vu)words[0];
#if W == 16
    word = lanes < 8 ? word : (vu)words[1];
#endif
    vi codes = (vi)((word >> (lanes % 8 * 4)) & 15);
    return __builtin_convertvector(codes, vf);
}

INLINE vf load_q2(const uint8_t *p) {
    const vu lanes = LANES;
    uint32_t word = 0;
    memcpy(&word, p, W / 4);
    vi codes = (vi)(((vu)word >> (lanes * 2)) & 3);
    return __builtin_convertvector(codes, vf);
}

// Values of an unquantized row; codes of a quantized one. `dtype` is a constant wherever this is inlined.
INLINE vf load_row(const int32_t dtype, const uint8_t *row, int64_t column) {
    switch (dtype) {
    case SLIPWAY_F32: return load((const float *)(const void *)(row + 4 * column));
    case SLIPWAY_F16: return load_half(row + 2 * column);
    case SLIPWAY_BF16: return load_bfloat(row + 2 * column);
    case SLIPWAY_Q8: return load_q8(row + 4 + column);
    case SLIPWAY_Q4: return load_q4(row + 4 + column / 2);
    default: return load_q2(row + 4 + column / 4);
    }
}

INLINE float half_at(const uint8_t *p) {
    _Float16 half;
    memcpy(&half, p, sizeof half);
    return (float)half;
}
