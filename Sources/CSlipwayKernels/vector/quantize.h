// float32 rows to table rows and back.
#pragma once
#include "rows.h"

static void quantize_row(int32_t dtype, int64_t width, const float *x, uint8_t *out) {
    float low = x[0], high = x[0];
    int64_t j = 0;
    if (width >= W) {
        vf lows = load(x), highs = lows;
        for (j = W; j + W <= width; j += W) {
            vf v = load(x + j);
            lows = min_v(v, lows);
            highs = max_v(v, highs);
        }
        low = reduce_min_v(lows);
        high = reduce_max_v(highs);
    }
    for (; j < width; j++) {
        low = x[j] < low ? x[j] : low;
        high = x[j] > high ? x[j] : high;
    }
    const int bits = slipway_code_bits(dtype);
    const float top = (float)((1 << bits) - 1);
    _Float16 half_bias = (_Float16)low;
    float bias = (float)half_bias;
    float range = high - bias;
    _Float16 half_scale = (_Float16)(range == 0 ? 1.0f : range / top);
    if ((float)half_scale == 0) half_scale = (_Float16)1.0f;
    float inverse = 1.0f / (float)half_scale;
    memcpy(out, &half_scale, 2);
    memcpy(out + 2, &half_bias, 2);
    uint8_t *codes = out + 4;
    const int per_byte = 8 / bits;
    for (j = 0; j < width; j += W) {
        int64_t n = width - j < W ? width - j : W;
        vf v = n == W ? load(x + j) : load_part(x + j, n);
        v = round_v((v - splat(bias)) * splat(inverse));
        v = min_v(max_v(v, splat(0)), splat(top)); // NaN becomes 0 in max_v
        vi code = __builtin_convertvector(v, vi);
        uint8_t bytes[W];
        vu8 narrow = __builtin_convertvector(code, vu8);
        memcpy(bytes, &narrow, sizeof bytes);
        if (bits == 8) {
            memcpy(codes + j, bytes, (size_t)n);
            continue;
        }
        for (int64_t i = 0; i < n; i += per_byte) { // a row is whole bytes, so a group never runs past n
            uint32_t byte = 0;
            for (int s = 0; s < per_byte; s++) byte |= (uint32_t)bytes[i + s] << (s * bits);
            codes[(j + i) / per_byte] = (uint8_t)byte;
        }
    }
}

static void narrow_row(int32_t dtype, int64_t width, const float *x, uint8_t *out) {
    for (int64_t j = 0; j < width; j += W) {
        int64_t n = width - j < W ? width - j : W;
        vf v = n == W ? load(x + j) : load_part(x + j, n);
        if (dtype == SLIPWAY_F16) {
            vh half = __builtin_convertvector(v, vh);
            memcpy(out + 2 * j, &half, 2 * (size_t)n);
        } else {
            vu bits = (vu)v;
            vu rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
            vu quiet = (bits >> 16) | 0x40;
            vu16 bf = __builtin_convertvector((vu)select_v(v != v, (vf)quiet, (vf)rounded), vu16);
            memcpy(out + 2 * j, &bf, 2 * (size_t)n);
        }
    }
}

int32_t KERNEL(quantize_rows_f32)(
    int32_t dtype, int64_t rows, int64_t width, const float *x, int64_t ldx, void *out, int64_t out_stride_bytes) {
    int32_t status = slipway_quantize_check(dtype, rows, width, x, ldx, out, out_stride_bytes);
    if (status != SLIPWAY_OK || width == 0) return status;
    for (int64_t i = 0; i < rows; i++) {
        uint8_t *to = (uint8_t *)out + i * out_stride_bytes;
        if (slipway_is_quantized(dtype)) {
            quantize_row(dtype, width, x + i * ldx, to);
        } else if (dtype == SLIPWAY_F32) {
            memcpy(to, x + i * ldx, (size_t)width * 4);
        } else {
            narrow_row(dtype, width, x + i * ldx, to);
        }
    }
    return SLIPWAY_OK;
}

// Decoding is a lookup of consecutive ids, 64 at a time.
int32_t KERNEL(dequantize_rows_f32)(
    const slipway_row_table *table, int64_t first, int64_t rows, float *out, int64_t ldo) {
    int32_t status = slipway_dequantize_check(table, first, rows, out, ldo);
    if (status != SLIPWAY_OK || table->width == 0) return status;
    int64_t ids[64];
    for (int64_t i = 0; i < rows; i += 64) {
        int64_t count = rows - i < 64 ? rows - i : 64;
        for (int64_t j = 0; j < count; j++) ids[j] = first + i + j;
        slipway_lookup_args args = {
            .table = *table, .ids = ids, .id_count = count, .out = out + i * ldo, .ldo = ldo,
            .bad_ids = SLIPWAY_BAD_IDS_REFUSE,
        };
        slipway_id_report report;
        status = KERNEL(embedding_lookup_f32)(&args, &report);
        if (status != SLIPWAY_OK) return status;
    }
    return SLIPWAY_OK;
}
