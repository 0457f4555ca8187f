#include <string.h>

#include "slipway_text.h"

static uint64_t load64(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

static uint32_t load32(const uint8_t *p) {
    uint32_t word;
    memcpy(&word, p, 4);
    return word;
}

// Bytes 0 .. count of p as a little-endian number, 0 < count < 8, from loads that stay inside.
static uint64_t load_tail(const uint8_t *p, size_t count) {
    if (count >= 4) return load32(p) | (uint64_t)load32(p + count - 4) << (8 * (count - 4));
    uint64_t word = p[0] | (uint64_t)p[count >> 1] << (8 * (count >> 1));
    return word | (uint64_t)p[count - 1] << (8 * (count - 1));
}

static const uint64_t murmur_factor = 0xc6a4a7935bd1e995ull;
static const uint64_t murmur_seed = 0xc70f6907ull;

static uint64_t murmur_step(uint64_t hash, uint64_t word) {
    word *= murmur_factor;
    word ^= word >> 47;
    word *= murmur_factor;
    return (hash ^ word) * murmur_factor;
}

uint64_t slipway_hash_murmur(const uint8_t *text, size_t count) {
    uint64_t hash = murmur_seed ^ (count * murmur_factor);
    const uint8_t *end = text + (count & ~(size_t)7);
    for (; text != end; text += 8) hash = murmur_step(hash, load64(text));
    if (count & 7) hash = (hash ^ load_tail(text, count & 7)) * murmur_factor;
    hash = (hash ^ hash >> 47) * murmur_factor;
    return hash ^ hash >> 47;
}

uint64_t slipway_hash_murmur_scalar(const uint8_t *text, size_t count) {
    uint64_t hash = murmur_seed ^ (count * murmur_factor);
    size_t position = 0;
    for (; position + 8 <= count; position += 8) {
        uint64_t word = 0;
        for (int byte = 7; byte >= 0; byte--) word = word << 8 | text[position + byte];
        hash = murmur_step(hash, word);
    }
    if (position < count) {
        uint64_t word = 0;
        for (size_t byte = count; byte-- > position;) word = word << 8 | text[byte];
        hash = (hash ^ word) * murmur_factor;
    }
    hash = (hash ^ hash >> 47) * murmur_factor;
    return hash ^ hash >> 47;
}

// FarmHash Fingerprint64, written from its published definition (farmhashna::Hash64).

static const uint64_t farm0 = 0xc3a5c85c97cb3127ull;
static const uint64_t farm1 = 0xb492b66fbe98f273ull;
static const uint64_t farm2 = 0x9ae16a3b2f90404full;

typedef struct {
    uint64_t first, second;
} pair64;

static uint64_t rotate(uint64_t x, int bits) { return x >> bits | x << (64 - bits); }

static uint64_t fold(uint64_t x) { return x ^ x >> 47; }

static uint64_t farm_mix(uint64_t u, uint64_t v, uint64_t factor) {
    uint64_t a = fold((u ^ v) * factor);
    return fold((v ^ a) * factor) * factor;
}

static uint64_t farm_short(const uint8_t *s, size_t count) {
    uint64_t factor = farm2 + count * 2;
    if (count >= 8) {
        uint64_t a = load64(s) + farm2, b = load64(s + count - 8);
        return farm_mix(rotate(b, 37) * factor + a, (rotate(a, 25) + b) * factor, factor);
    }
    if (count >= 4) return farm_mix(count + ((uint64_t)load32(s) << 3), load32(s + count - 4), factor);
    if (count == 0) return farm2;
    uint64_t y = s[0] + ((uint64_t)s[count >> 1] << 8), z = count + ((uint64_t)s[count - 1] << 2);
    return fold((y * farm2) ^ (z * farm0)) * farm2;
}

// Lengths 17 to 64: the parts both middle forms share.
static uint64_t farm_middle(const uint8_t *s, size_t count) {
    uint64_t factor = farm2 + count * 2;
    int is_long = count > 32;
    uint64_t a = load64(s) * (is_long ? farm2 : farm1), b = load64(s + 8);
    uint64_t c = load64(s + count - 8) * factor, d = load64(s + count - 16) * farm2;
    uint64_t y = rotate(a + b, 43) + rotate(c, 30) + d;
    uint64_t z = farm_mix(y, a + rotate(b + farm2, 18) + c, factor);
    if (!is_long) return z;
    uint64_t e = load64(s + 16) * factor, f = load64(s + 24);
    uint64_t g = (y + load64(s + count - 32)) * factor, h = (z + load64(s + count - 24)) * factor;
    return farm_mix(rotate(e + f, 43) + rotate(g, 30) + h, e + rotate(f + a, 18) + g, factor);
}

static pair64 farm_weak(const uint8_t *s, uint64_t a, uint64_t b) {
    uint64_t w = load64(s), x = load64(s + 8), y = load64(s + 16), z = load64(s + 24);
    a += w;
    b = rotate(b + a + z, 21);
    uint64_t c = a;
    a += x + y;
    b += rotate(a, 44);
    return (pair64){a + z, b + c};
}

uint64_t slipway_hash_farm(const uint8_t *s, size_t count) {
    if (count <= 16) return farm_short(s, count);
    if (count <= 64) return farm_middle(s, count);
    uint64_t x = 81 * farm2 + load64(s), y = 81 * farm1 + 113, z = fold(y * farm2 + 113) * farm2;
    pair64 v = {0, 0}, w = {0, 0};
    const uint8_t *end = s + (count - 1) / 64 * 64;
    const uint8_t *last = end + ((count - 1) & 63) - 63;
    for (; s != end; s += 64) {
        x = rotate(x + y + v.first + load64(s + 8), 37) * farm1;
        y = rotate(y + v.second + load64(s + 48), 42) * farm1;
        x ^= w.second;
        y += v.first + load64(s + 40);
        z = rotate(z + w.first, 33) * farm1;
        v = farm_weak(s, v.second * farm1, x + w.first);
        w = farm_weak(s + 32, z + w.second, y + load64(s + 16));
        uint64_t swapped = z;
        z = x;
        x = swapped;
    }
    uint64_t factor = farm1 + ((z & 0xff) << 1);
    s = last;
    w.first += (count - 1) & 63;
    v.first += w.first;
    w.first += v.first;
    x = rotate(x + y + v.first + load64(s + 8), 37) * factor;
    y = rotate(y + v.second + load64(s + 48), 42) * factor;
    x ^= w.second * 9;
    y += v.first * 9 + load64(s + 40);
    z = rotate(z + w.first, 33) * factor;
    v = farm_weak(s, v.second * factor, x + w.first);
    w = farm_weak(s + 32, z + w.second, y + load64(s + 16));
    return farm_mix(
        farm_mix(v.first, w.first, factor) + fold(y) * farm0 + x, farm_mix(v.second, w.second, factor) + z, factor);
}

slipway_divisor slipway_divisor_make(uint64_t buckets) {
    slipway_divisor divisor = {buckets, 0, 0};
    if (buckets > 1) {
        unsigned __int128 reciprocal = ~(unsigned __int128)0 / buckets + 1;
        divisor.reciprocal_high = (uint64_t)(reciprocal >> 64);
        divisor.reciprocal_low = (uint64_t)reciprocal;
    }
    return divisor;
}

// Lemire, Kaser, Kurz: Faster remainder by direct computation. Exact for 64-bit values with a 128-bit reciprocal.
uint64_t slipway_divisor_mod(const slipway_divisor *divisor, uint64_t value) {
    if (divisor->buckets < 2) return 0;
    unsigned __int128 reciprocal = (unsigned __int128)divisor->reciprocal_high << 64 | divisor->reciprocal_low;
    unsigned __int128 fraction = reciprocal * value;
    unsigned __int128 low = (fraction & UINT64_MAX) * divisor->buckets >> 64;
    unsigned __int128 high = (fraction >> 64) * divisor->buckets;
    return (uint64_t)((low + high) >> 64);
}

size_t slipway_hash_column(
    int32_t hash, const uint8_t *bytes, const int32_t *offsets, const uint8_t *validity, uint8_t separator,
    const slipway_divisor *divisor, size_t first, size_t rows, int64_t *ids) {
    // Separators are looked for in several rows at once: texts lie one after another.
    enum { run = 32 };
    const uint8_t *separated = NULL;
    for (size_t row = first; row < rows; row++) {
        const uint8_t *text = bytes + offsets[row];
        size_t count = (size_t)(offsets[row + 1] - offsets[row]);
        if (count == 0 || (validity != NULL && validity[row] == 0)) return row - first;
        if ((row - first) % run == 0) {
            const uint8_t *end = bytes + offsets[rows - row < run ? rows : row + run];
            separated = memchr(text, separator, (size_t)(end - text));
        }
        if (separated != NULL && separated < text + count) return row - first;
        uint64_t value = hash == SLIPWAY_HASH_FARM ? slipway_hash_farm(text, count) : slipway_hash_murmur(text, count);
        ids[row - first] = (int64_t)slipway_divisor_mod(divisor, value);
    }
    return rows > first ? rows - first : 0;
}
