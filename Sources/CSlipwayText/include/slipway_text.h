// Hashes of byte strings and numbers read from text: the inner loops of feature generation.
#ifndef SLIPWAY_TEXT_H
#define SLIPWAY_TEXT_H

#include <stddef.h>
#include <stdint.h>

// Which hash turns text into a bucket.
enum {
    // MurmurHash64A with libstdc++'s seed, as its std::hash of a string on 64-bit machines.
    SLIPWAY_HASH_MURMUR = 0,
    // FarmHash Fingerprint64.
    SLIPWAY_HASH_FARM = 1,
};

uint64_t slipway_hash_murmur(const uint8_t *text, size_t count);
uint64_t slipway_hash_farm(const uint8_t *text, size_t count);

// The obvious byte by byte form of slipway_hash_murmur, its reference in tests.
uint64_t slipway_hash_murmur_scalar(const uint8_t *text, size_t count);

// `buckets` as used by slipway_hash_column: a divisor with its precomputed reciprocal.
typedef struct {
    uint64_t buckets;
    uint64_t reciprocal_high, reciprocal_low;
} slipway_divisor;

slipway_divisor slipway_divisor_make(uint64_t buckets);
// value mod buckets, exactly.
uint64_t slipway_divisor_mod(const slipway_divisor *divisor, uint64_t value);

// Hashes rows of an Arrow string column that hold one value each.
//
// Row i is bytes[offsets[i] .. offsets[i + 1]). Stops at the first row that is null, empty or holds `separator`, and
// returns how many rows were done; ids[i] is hash mod buckets. `validity` may be NULL, else one byte a row.
size_t slipway_hash_column(
    int32_t hash, const uint8_t *bytes, const int32_t *offsets, const uint8_t *validity, uint8_t separator,
    const slipway_divisor *divisor, size_t first, size_t rows, int64_t *ids);

// Writes `value` in decimal and returns the bytes written, at most 20.
size_t slipway_write_int64(int64_t value, uint8_t *out);

// A whole decimal number with an optional sign. Returns 1 when all bytes are read and the value fits, else 0.
int32_t slipway_read_int64(const uint8_t *text, size_t count, int64_t *value);
int32_t slipway_read_int64_scalar(const uint8_t *text, size_t count, int64_t *value);

// A decimal number with optional sign, point and exponent, or nan, inf, infinity; blanks around it are ignored.
// Returns 1 when all bytes are read, else 0. Correctly rounded.
int32_t slipway_read_double(const uint8_t *text, size_t count, double *value);
// The C library's strtod over a copy, its reference in tests.
int32_t slipway_read_double_scalar(const uint8_t *text, size_t count, double *value);

// Number of boundaries that are not above x: the bucket of x. Boundaries ascend.
int64_t slipway_bucket(const float *boundaries, size_t count, float x);

#endif
