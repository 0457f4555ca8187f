// Rows repeated and sequences put together; lengths were checked when the region was measured.
#pragma once

// The sum of lengths, or -1 where one is negative.
LOCAL int64_t total(int64_t n, const int32_t *lengths) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (lengths[i] < 0) return -1;
        sum += lengths[i];
    }
    return sum;
}

// The sum of lengths[i] · counts[i], or -1 where one is negative.
LOCAL int64_t total_repeated(int64_t n, const int32_t *lengths, const int32_t *counts) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (lengths[i] < 0 || counts[i] < 0) return -1;
        if (__builtin_add_overflow(sum, (int64_t)lengths[i] * counts[i], &sum)) return -1;
    }
    return sum;
}

// Fills in a size, or checks it.
LOCAL int32_t settle(int64_t *size, int64_t found) {
    if (found < 0) return SLIPWAY_AOT_BAD_LENGTHS;
    if (*size < 0) *size = found;
    return *size == found ? SLIPWAY_AOT_OK : SLIPWAY_AOT_BAD_LENGTHS;
}

// Adds room for `rows` rows of `bytes`, on 64 bytes.
LOCAL int32_t reserve(int64_t *sum, int64_t rows, int64_t bytes) {
    int64_t size;
    if (rows < 0) return SLIPWAY_AOT_BAD_ARGUMENT;
    if (__builtin_mul_overflow(rows, bytes, &size) || size > INT64_MAX / 4) return SLIPWAY_AOT_TOO_LARGE;
    size = (size + 63) / 64 * 64;
    return __builtin_add_overflow(*sum, size, sum) ? SLIPWAY_AOT_TOO_LARGE : SLIPWAY_AOT_OK;
}

LOCAL void *take(char **arena, int64_t rows, int64_t bytes) {
    void *memory = *arena;
    *arena += (rows * bytes + 63) / 64 * 64;
    return memory;
}

LOCAL void repeat_rows(
    int64_t n, const int32_t *counts, int64_t width, const float *x, int64_t ldx, float *y, int64_t ldy) {
    for (int64_t u = 0; u < n; u++)
        for (int32_t c = 0; c < counts[u]; c++) {
            for (int64_t i = 0; i < width; i++) y[i] = x[u * ldx + i];
            y += ldy;
        }
}

LOCAL void repeat_sequences(
    int64_t n, const int32_t *lengths, const int32_t *counts, int64_t width, const float *x, int64_t ldx, float *y,
    int64_t ldy) {
    for (int64_t u = 0; u < n; u++) {
        for (int32_t c = 0; c < counts[u]; c++) {
            copy_rows(lengths[u], width, x, ldx, y, ldy);
            y += lengths[u] * ldy;
        }
        x += lengths[u] * ldx;
    }
}

LOCAL void align_rows(
    int64_t n, const int32_t *lengths, const int32_t *target, int64_t width, const float *x, int64_t ldx, float *y,
    int64_t ldy) {
    for (int64_t b = 0; b < n; b++) {
        const int64_t kept = lengths[b] < target[b] ? lengths[b] : target[b];
        copy_rows(kept, width, x, ldx, y, ldy);
        for (int64_t t = kept; t < target[b]; t++)
            for (int64_t i = 0; i < width; i++) y[t * ldy + i] = 0;
        x += lengths[b] * ldx;
        y += target[b] * ldy;
    }
}

// Each request's candidates bring rows of weights: their sums are one product.
LOCAL int32_t weighted_sums(
    int64_t n, const int32_t *lengths, const int32_t *counts, int64_t width, const float *weights, const float *x,
    int64_t ldx, float *y, int64_t ldy) {
    for (int64_t u = 0; u < n; u++) {
        const slipway_bmm_args args = {
            .batch = 1, .m = counts[u], .n = width, .k = lengths[u], .a = weights, .lda = lengths[u], .b = x,
            .ldb = ldx, .c = y, .ldc = ldy,
        };
        TRY(KERNEL(bmm_f32)(&args));
        weights += (int64_t)lengths[u] * counts[u];
        x += lengths[u] * ldx;
        y += counts[u] * ldy;
    }
    return SLIPWAY_OK;
}

// A layer whose input is a request's share, given once, beside what each candidate has: y = f(item · W + share).
// Many candidates a request: the share is their bias. Few: it is laid out first and added to.
LOCAL int32_t multiply_shared(
    int64_t users, const int32_t *counts, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
    weight b, const float *share, int64_t lds, float *c, int64_t ldc, const slipway_epilogue *epilogue) {
    slipway_epilogue e = *epilogue;
    if (users * 16 > m || e.bias != NULL) {
        repeat_rows(users, counts, n, share, lds, c, ldc);
        e.accumulate = 1;
        return multiply(m, n, k, a, lda, b, c, ldc, &e);
    }
    for (int64_t u = 0; u < users; u++) {
        e.bias = share + u * lds;
        TRY(multiply(counts[u], n, k, a, lda, b, c, ldc, &e));
        a += counts[u] * lda;
        c += counts[u] * ldc;
    }
    return SLIPWAY_OK;
}
