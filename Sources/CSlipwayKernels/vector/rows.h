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

// Widening each byte to 16 bits and moving its high nibble up 4 puts one code in each byte, in order (little endian).
INLINE vf load_q4(const uint8_t *p) {
    typedef uint8_t bytes_t __attribute__((ext_vector_type(W / 2)));
    typedef uint16_t pairs_t __attribute__((ext_vector_type(W / 2)));
    bytes_t bytes;
    memcpy(&bytes, p, W / 2);
    pairs_t wide = __builtin_convertvector(bytes, pairs_t);
    wide = (wide & 0x0f) | ((wide & 0xf0) << 4);
    vu8 codes;
    memcpy(&codes, &wide, sizeof codes);
    return codes_to_float(codes);
}

INLINE uint32_t spread_q2(uint32_t byte) {
    return (byte & 0x03) | ((byte & 0x0c) << 6) | ((byte & 0x30) << 12) | ((byte & 0xc0) << 18);
}

INLINE vf load_q2(const uint8_t *p) {
    vu8 codes;
#if W == 4
    uint32_t wide = spread_q2(*p);
#else
    typedef uint8_t bytes_t __attribute__((ext_vector_type(W / 4)));
    typedef uint32_t quads_t __attribute__((ext_vector_type(W / 4)));
    bytes_t bytes;
    memcpy(&bytes, p, W / 4);
    quads_t wide = __builtin_convertvector(bytes, quads_t);
    wide = (wide & 0x03) | ((wide & 0x0c) << 6) | ((wide & 0x30) << 12) | ((wide & 0xc0) << 18);
#endif
    memcpy(&codes, &wide, sizeof codes);
    return codes_to_float(codes);
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
