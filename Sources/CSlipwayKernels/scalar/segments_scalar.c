// Reference forms of the kernels over jagged rows.
#include "../checks.h"
#include "scalar.h"

int32_t slipway_segment_softmax_f32_scalar(
    int64_t segment_count, const int32_t *lengths, int64_t value_count, const float *values, float scale, float *out) {
    if (value_count < 0 || (value_count > 0 && (values == NULL || out == NULL))) return SLIPWAY_BAD_ARGUMENT;
    if (!slipway_lengths_ok(segment_count, lengths, value_count)) return SLIPWAY_BAD_LENGTHS;
    int64_t start = 0;
    for (int64_t b = 0; b < segment_count; b++) {
        int64_t n = lengths[b];
        if (n > 0) slipway_softmax_f32_scalar(1, n, values + start, n, scale, NULL, 0, out + start, n);
        start += n;
    }
    return SLIPWAY_OK;
}

int32_t slipway_segment_sum_f32_scalar(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const float *values, int64_t ldv,
    const float *weights, int32_t pooling, float *out, int64_t ldo) {
    int32_t status = slipway_segment_sum_check(segment_count, lengths, row_count, width, values, ldv, pooling, out,
        ldo);
    if (status != SLIPWAY_OK) return status;
    int64_t start = 0;
    for (int64_t b = 0; b < segment_count; b++) {
        for (int64_t j = 0; j < width; j++) {
            double sum = 0;
            for (int64_t t = start; t < start + lengths[b]; t++)
                sum += (double)values[t * ldv + j] * (weights ? weights[t] : 1);
            if (pooling == SLIPWAY_POOL_MEAN && lengths[b] > 0) sum /= lengths[b];
            out[b * ldo + j] = (float)sum;
        }
        start += lengths[b];
    }
    return SLIPWAY_OK;
}

int32_t slipway_attention_input_f32_scalar(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const float *query, int64_t ldq,
    const float *rows, int64_t lds, float *out, int64_t ldo) {
    int32_t status = slipway_attention_check(segment_count, lengths, row_count, width, query, ldq, rows, lds, out, ldo);
    if (status != SLIPWAY_OK) return status;
    int64_t row = 0;
    for (int64_t b = 0; b < segment_count; b++)
        for (int64_t end = row + lengths[b]; row < end; row++)
            for (int64_t j = 0; j < width; j++) {
                float q = query[b * ldq + j], s = rows[row * lds + j];
                float *to = out + row * ldo + j;
                to[0] = q;
                to[width] = s;
                to[2 * width] = q - s;
                to[3 * width] = q * s;
            }
    return SLIPWAY_OK;
}
