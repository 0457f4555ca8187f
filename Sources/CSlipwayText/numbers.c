#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "slipway_text.h"

size_t slipway_write_int64(int64_t value, uint8_t *out) {
    uint8_t digits[20];
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    size_t count = 0, written = 0;
    do {
        digits[count++] = (uint8_t)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0) out[written++] = '-';
    while (count > 0) out[written++] = digits[--count];
    return written;
}

// Eight ASCII digits at once. Returns 0 when one of them is no digit.
static int eight_digits(const uint8_t *p, uint64_t *value) {
    uint64_t word;
    memcpy(&word, p, 8);
    uint64_t digits = word - 0x3030303030303030ull;
    if (((word + 0x4646464646464646ull) | digits) & 0x8080808080808080ull) return 0;
    digits = digits * 10 + (digits >> 8);
    digits = ((digits & 0x000000ff000000ffull) * 0x000f424000000064ull
                 + (digits >> 16 & 0x000000ff000000ffull) * 0x0000271000000001ull)
        >> 32;
    *value = digits;
    return 1;
}

static int32_t with_sign(uint64_t magnitude, int negative, int64_t *value) {
    if (magnitude > (uint64_t)INT64_MAX + (uint64_t)negative) return 0;
    *value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return 1;
}

int32_t slipway_read_int64(const uint8_t *text, size_t count, int64_t *value) {
    const uint8_t *end = text + count;
    int negative = 0;
    if (count > 0 && (*text == '-' || *text == '+')) negative = *text++ == '-';
    if (text == end) return 0;
    while (end - text > 1 && *text == '0') text++;
    if (end - text > 19) return 0;
    uint64_t magnitude = 0, block;
    while (end - text >= 8) {
        if (!eight_digits(text, &block)) return 0;
        magnitude = magnitude * 100000000u + block;
        text += 8;
    }
    for (; text != end; text++) {
        uint8_t digit = (uint8_t)(*text - '0');
        if (digit > 9) return 0;
        magnitude = magnitude * 10 + digit;
    }
    return with_sign(magnitude, negative, value);
}

int32_t slipway_read_int64_scalar(const uint8_t *text, size_t count, int64_t *value) {
    size_t position = 0;
    int negative = 0;
    if (count > 0 && (text[0] == '-' || text[0] == '+')) negative = text[position++] == '-';
    if (position == count) return 0;
    unsigned __int128 magnitude = 0;
    for (; position < count; position++) {
        if (text[position] < '0' || text[position] > '9') return 0;
        magnitude = magnitude * 10 + (text[position] - '0');
        if (magnitude > UINT64_MAX) return 0;
    }
    return with_sign((uint64_t)magnitude, negative, value);
}

static int is_blank(uint8_t byte) { return byte == ' ' || (byte >= 9 && byte <= 13); }

static int equals_word(const uint8_t *text, size_t count, const char *word) {
    if (strlen(word) != count) return 0;
    for (size_t i = 0; i < count; i++)
        if ((text[i] | 0x20) != (uint8_t)word[i]) return 0;
    return 1;
}

// nan, inf and infinity in any case, with a sign.
static int32_t read_word(const uint8_t *text, size_t count, double *value) {
    int negative = 0;
    if (count > 0 && (*text == '-' || *text == '+')) {
        negative = *text == '-';
        text++;
        count--;
    }
    if (equals_word(text, count, "nan")) *value = NAN;
    else if (equals_word(text, count, "inf") || equals_word(text, count, "infinity")) *value = negative ? -INFINITY : INFINITY;
    else return 0;
    return 1;
}

// The C library's conversion of text that is known to be a decimal.
static int32_t full_double(const uint8_t *text, size_t count, double *value) {
    char fixed[128];
    char *copy = count < sizeof fixed ? fixed : malloc(count + 1);
    if (copy == NULL) return 0;
    memcpy(copy, text, count);
    copy[count] = 0;
    char *end;
    *value = strtod(copy, &end);
    int32_t is_whole = end == copy + count;
    if (copy != fixed) free(copy);
    return is_whole;
}

static const double powers[] = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
    1e22,
};

int32_t slipway_read_double(const uint8_t *text, size_t count, double *value) {
    while (count > 0 && is_blank(text[0])) text++, count--;
    while (count > 0 && is_blank(text[count - 1])) count--;
    const uint8_t *p = text, *end = text + count;
    int negative = 0, has_point = 0, is_exact = 1;
    if (p != end && (*p == '-' || *p == '+')) negative = *p++ == '-';
    uint64_t mantissa = 0, block;
    int64_t exponent = 0;
    size_t digits = 0, significant = 0;
    for (; p != end; p++) {
        if (end - p >= 8 && significant <= 11 && eight_digits(p, &block)) {
            mantissa = mantissa * 100000000u + block;
            digits += 8;
            significant += 8;
            if (has_point) exponent -= 8;
            p += 7;
            continue;
        }
        uint8_t digit = (uint8_t)(*p - '0');
        if (digit <= 9) {
            digits++;
            if (significant < 19) {
                mantissa = mantissa * 10 + digit;
                if (mantissa != 0) significant++;
                if (has_point) exponent--;
            } else {
                is_exact = 0;
            }
        } else if (*p == '.' && !has_point) {
            has_point = 1;
        } else {
            break;
        }
    }
    if (digits == 0) return read_word(text, count, value);
    if (p != end) {
        if ((*p++ | 0x20) != 'e') return 0;
        int negative_exponent = 0;
        if (p != end && (*p == '-' || *p == '+')) negative_exponent = *p++ == '-';
        if (p == end) return 0;
        int64_t stated = 0;
        for (; p != end; p++) {
            uint8_t digit = (uint8_t)(*p - '0');
            if (digit > 9) return 0;
            if (stated < 100000) stated = stated * 10 + digit;
        }
        exponent += negative_exponent ? -stated : stated;
    }
    if (!is_exact || mantissa > 1ull << 53 || exponent < -22 || exponent > 22) return full_double(text, count, value);
    double scaled = exponent < 0 ? (double)mantissa / powers[-exponent] : (double)mantissa * powers[exponent];
    *value = negative ? -scaled : scaled;
    return 1;
}

int32_t slipway_read_double_scalar(const uint8_t *text, size_t count, double *value) {
    return full_double(text, count, value);
}

int64_t slipway_bucket(const float *boundaries, size_t count, float x) {
    if (count <= 16) {
        int64_t bucket = 0;
        for (size_t i = 0; i < count; i++) bucket += boundaries[i] <= x;
        return bucket;
    }
    const float *base = boundaries;
    while (count > 1) {
        size_t half = count / 2;
        base += base[half - 1] <= x ? half : 0;
        count -= half;
    }
    return base - boundaries + (*base <= x);
}
