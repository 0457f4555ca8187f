// Kernels over jagged rows.
#pragma once
#include "row_ops.h"

int32_t KERNEL(segment_softmax_f32)(
    int64_t segment_count, const int32_t *lengths, int64_t value_count, const float *values, float scale, float *out) {
    if (value_count < 0 || (value_count > 0 && (values == NULL || out == NULL))) return SLIPWAY_BAD_ARGUMENT;
    if (!slipway_lengths_ok(segment_count, lengths, value_count)) return SLIPWAY_BAD_LENGTHS;
    int64_t start = 0;
    for (int64_t b = 0; b < segment_count; b++) {
        softmax_row(false, lengths[b], values + start, scale, NULL, out + start);
        start += lengths[b];
    }
    return SLIPWAY_OK;
}

// Columns [j, j + vectors * W) of one segment; the last vector holds `left` columns.
INLINE void segment_columns(
    const int vectors, int64_t length, const float *values, int64_t ldv, const float *weights, float factor,
    int64_t left, float *out) {
    vf sum[4];
    for (int v = 0; v < vectors; v++) sum[v] = splat(0);
    for (int64_t t = 0; t < length; t++) {
        vf weight = splat(weights ? weights[t] : 1.0f);
        for (int v = 0; v < vectors; v++) {
            const float *p = values + t * ldv + v * W;
            sum[v] = fma_v(v + 1 < vectors || left == W ? load(p) : load_part(p, left), weight, sum[v]);
        }
    }
    for (int v = 0; v < vectors; v++) {
        if (v + 1 < vectors || left == W)
            store(out + v * W, sum[v] * splat(factor));
        else
            store_part(out + v * W, sum[v] * splat(factor), left);
    }
}

int32_t KERNEL(segment_sum_f32)(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const float *values, int64_t ldv,
    const float *weights, int32_t pooling, float *out, int64_t ldo) {
    int32_t status = slipway_segment_sum_check(segment_count, lengths, row_count, width, values, ldv, pooling, out,
        ldo);
    if (status != SLIPWAY_OK || width == 0) return status;
    int64_t start = 0;
    for (int64_t b = 0; b < segment_count; b++) {
        const int64_t length = lengths[b];
        const float factor = pooling == SLIPWAY_POOL_MEAN && length > 0 ? 1.0f / (float)length : 1.0f;
        const float *rows = length > 0 ? values + start * ldv : NULL;
        const float *share = weights ? weights + start : NULL;
        for (int64_t j = 0; j < width;) {
            const int64_t left = width - j;
            const int64_t last = left >= 4 * W ? W : left % W == 0 ? W : left % W;
            float *to = out + b * ldo + j;
            const float *from = length > 0 ? rows + j : NULL;
            if (left > 3 * W)
                segment_columns(4, length, from, ldv, share, factor, last, to);
            else if (left > 2 * W)
                segment_columns(3, length, from, ldv, share, factor, last, to);
            else if (left > W)
                segment_columns(2, length, from, ldv, share, factor, last, to);
            else
                segment_columns(1, length, from, ldv, share, factor, last, to);
            j += 4 * W;
        }
        start += length;
    }
    return SLIPWAY_OK;
}

int32_t KERNEL(attention_input_f32)(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const float *query, int64_t ldq,
    const float *rows, int64_t lds, float *out, int64_t ldo) {
    int32_t status = slipway_attention_check(segment_count, lengths, row_count, width, query, ldq, rows, lds, out, ldo);
    if (status != SLIPWAY_OK || width == 0) return status;
    int64_t row = 0;
    for (int64_t b = 0; b < segment_count; b++) {
        const float *q_row = query + b * ldq;
        for (int64_t end = row + lengths[b]; row < end; row++) {
            const float *s_row = rows + row * lds;
            float *to = out + row * ldo;
            int64_t j = 0;
            for (; j + W <= width; j += W) {
                vf q = load(q_row + j), s = load(s_row + j);
                store(to + j, q);
                store(to + width + j, s);
                store(to + 2 * width + j, q - s);
                store(to + 3 * width + j, q * s);
            }
            for (; j < width; j++) {
                float q = q_row[j], s = s_row[j];
                to[j] = q;
                to[width + j] = s;
                to[2 * width + j] = q - s;
                to[3 * width + j] = q * s;
            }
        }
    }
    return SLIPWAY_OK;
}
