// Reference forms of the embedding kernels: quantize, dequantize, bag, lookup.
#include <math.h>

#include "../checks.h"
#include "half.h"
#include "scalar.h"

#pragma clang fp contract(off)

static void quantize_row(int32_t dtype, int64_t width, const float *x, uint8_t *out) {
    float low = x[0], high = x[0];
    for (int64_t j = 1; j < width; j++) {
        low = x[j] < low ? x[j] : low;
        high = x[j] > high ? x[j] : high;
    }
    int bits = slipway_code_bits(dtype);
    float top = (float)((1 << bits) - 1);
    uint16_t half_bias = slipway_half_from_float(low);
    float bias = slipway_float_from_half(half_bias);
    float range = high - bias;
    uint16_t half_scale = slipway_half_from_float(range == 0 ? 1.0f : range / top);
    float scale = slipway_float_from_half(half_scale);
    if (scale == 0) {
        scale = 1;
        half_scale = slipway_half_from_float(1.0f);
    }
    float inverse = 1.0f / scale;
    memcpy(out, &half_scale, 2);
    memcpy(out + 2, &half_bias, 2);
    uint8_t *codes = out + 4;
    memset(codes, 0, (size_t)((width * bits + 7) / 8));
    for (int64_t j = 0; j < width; j++) {
        float code = rintf((x[j] - bias) * inverse);
        code = code > 0 ? code : 0;
        code = code < top ? code : top;
        codes[j * bits / 8] |= (uint8_t)((uint32_t)code << (j * bits % 8));
    }
}

int32_t slipway_quantize_rows_f32_scalar(
    int32_t dtype, int64_t rows, int64_t width, const float *x, int64_t ldx, void *out, int64_t out_stride_bytes) {
    int32_t status = slipway_quantize_check(dtype, rows, width, x, ldx, out, out_stride_bytes);
    if (status != SLIPWAY_OK || width == 0) return status;
    for (int64_t i = 0; i < rows; i++) {
        const float *row = x + i * ldx;
        uint8_t *to = (uint8_t *)out + i * out_stride_bytes;
        if (slipway_is_quantized(dtype)) {
            quantize_row(dtype, width, row, to);
        } else if (dtype == SLIPWAY_F32) {
            memcpy(to, row, (size_t)width * 4);
        } else {
            for (int64_t j = 0; j < width; j++) {
                uint16_t value =
                    dtype == SLIPWAY_F16 ? slipway_half_from_float(row[j]) : slipway_bfloat_from_float(row[j]);
                memcpy(to + 2 * j, &value, 2);
            }
        }
    }
    return SLIPWAY_OK;
}

// Element j of an unquantized row, or the code of a quantized one.
static float element(int32_t dtype, const uint8_t *row, int64_t j) {
    uint16_t half;
    float value;
    switch (dtype) {
    case SLIPWAY_F32: memcpy(&value, row + 4 * j, 4); return value;
    case SLIPWAY_F16: memcpy(&half, row + 2 * j, 2); return slipway_float_from_half(half);
    case SLIPWAY_BF16: memcpy(&half, row + 2 * j, 2); return slipway_float_from_bfloat(half);
    case SLIPWAY_Q8: return row[4 + j];
    case SLIPWAY_Q4: return (row[4 + j / 2] >> (j % 2 * 4)) & 15;
    default: return (row[4 + j / 4] >> (j % 4 * 2)) & 3;
    }
}

static void scale_and_bias(const uint8_t *row, float *scale, float *bias) {
    uint16_t halves[2];
    memcpy(halves, row, 4);
    *scale = slipway_float_from_half(halves[0]);
    *bias = slipway_float_from_half(halves[1]);
}

int32_t slipway_dequantize_rows_f32_scalar(
    const slipway_row_table *table, int64_t first, int64_t rows, float *out, int64_t ldo) {
    int32_t status = slipway_dequantize_check(table, first, rows, out, ldo);
    if (status != SLIPWAY_OK || table->width == 0) return status;
    for (int64_t i = 0; i < rows; i++) {
        const uint8_t *row = (const uint8_t *)table->rows + (first + i) * table->row_stride_bytes;
        float scale = 1, bias = 0;
        if (slipway_is_quantized(table->dtype)) scale_and_bias(row, &scale, &bias);
        for (int64_t j = 0; j < table->width; j++) {
            float value = element(table->dtype, row, j);
            out[i * ldo + j] = slipway_is_quantized(table->dtype) ? fmaf(value, scale, bias) : value;
        }
    }
    return SLIPWAY_OK;
}

// The row `id` names: NULL for a mapped -1. False when the id is refused.
static bool resolve(
    const slipway_row_table *table, int32_t policy, int64_t id, int64_t position, slipway_id_report *report,
    const uint8_t **row) {
    if (id < 0 || id >= table->row_count) {
        if (report->first_bad < 0) report->first_bad = position;
        if (policy == SLIPWAY_BAD_IDS_REFUSE || table->row_count == 0) return false;
        report->mapped += 1;
        if (id == -1) {
            *row = NULL;
            return true;
        }
        id = 0;
    }
    *row = (const uint8_t *)table->rows + id * table->row_stride_bytes;
    return true;
}

// One column of one bag. Quantized rows follow fbgemm's float32 arithmetic; the others accumulate in double.
static int32_t pool_column(
    const slipway_bag_args *args, int64_t start, int32_t length, int64_t column, slipway_id_report *report,
    float *out) {
    float sum = 0;
    double exact = 0;
    for (int64_t i = start; i < start + length; i++) {
        const uint8_t *row;
        if (!resolve(&args->table, args->bad_ids, args->ids[i], i, report, &row)) return SLIPWAY_BAD_ID;
        if (row == NULL) continue;
        float weight = args->weights ? args->weights[i] : 1.0f;
        float value = element(args->table.dtype, row, column);
        if (slipway_is_quantized(args->table.dtype)) {
            float scale, bias;
            scale_and_bias(row, &scale, &bias);
            sum = fmaf(value, scale * weight, sum + bias * weight);
        } else {
            exact += (double)value * weight;
        }
    }
    if (!slipway_is_quantized(args->table.dtype)) sum = (float)exact;
    if (args->pooling == SLIPWAY_POOL_MEAN && length > 0) sum *= 1.0f / (float)length;
    *out = sum;
    return SLIPWAY_OK;
}

int32_t slipway_embedding_bag_f32_scalar(const slipway_bag_args *args, slipway_id_report *report) {
    *report = (slipway_id_report){.first_bad = -1, .mapped = 0};
    int32_t status = slipway_bag_check(args);
    if (status != SLIPWAY_OK) return status;
    for (int64_t j = 0; j < args->table.width; j++) {
        int64_t start = 0;
        report->mapped = 0;
        for (int64_t b = 0; b < args->bag_count; b++) {
            status = pool_column(args, start, args->lengths[b], j, report, args->out + b * args->ldo + j);
            if (status != SLIPWAY_OK) return status;
            start += args->lengths[b];
        }
    }
    return SLIPWAY_OK;
}

int32_t slipway_embedding_lookup_f32_scalar(const slipway_lookup_args *args, slipway_id_report *report) {
    *report = (slipway_id_report){.first_bad = -1, .mapped = 0};
    int32_t status = slipway_lookup_check(args);
    if (status != SLIPWAY_OK || args->table.width == 0) return status;
    slipway_row_table one = args->table;
    one.row_count = 1;
    for (int64_t i = 0; i < args->id_count; i++) {
        float *out = args->out + i * args->ldo;
        const uint8_t *row;
        if (!resolve(&args->table, args->bad_ids, args->ids[i], i, report, &row)) return SLIPWAY_BAD_ID;
        if (row == NULL) {
            memset(out, 0, (size_t)args->table.width * 4);
            continue;
        }
        one.rows = row;
        slipway_dequantize_rows_f32_scalar(&one, 0, 1, out, args->ldo);
    }
    return SLIPWAY_OK;
}
