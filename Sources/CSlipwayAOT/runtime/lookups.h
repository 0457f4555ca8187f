// Embedding lookups inside generated code.
#pragma once

// Bytes of a row without padding.
__attribute__((visibility("hidden"))) int64_t slipway_row_bytes(int32_t dtype, int64_t width) {
    const int64_t bits = dtype == SLIPWAY_F32 ? 32 : dtype <= SLIPWAY_BF16 ? 16 : slipway_code_bits(dtype);
    return (dtype >= SLIPWAY_Q8 ? 4 : 0) + width * bits / 8;
}

#pragma clang attribute push(__attribute__((internal_linkage)), apply_to = function)

#define EMBEDDING_NARROW(op) narrow_##op
static int32_t narrow_embedding_bag_f32(const slipway_bag_args *args, slipway_id_report *report);
static int32_t narrow_embedding_lookup_f32(const slipway_lookup_args *args, slipway_id_report *report);
#include "vector/embedding_bag.h"

// Element `column` of a row narrower than a vector, as the vectors compute it: code, scale and bias apart.
LOCAL float row_element(int32_t dtype, const uint8_t *row, int64_t column) {
    float value;
    uint32_t bits = 0;
    switch (dtype) {
    case SLIPWAY_F32: memcpy(&value, row + 4 * column, 4); return value;
    case SLIPWAY_F16: return half_at(row + 2 * column);
    case SLIPWAY_BF16:
        memcpy((uint8_t *)&bits + 2, row + 2 * column, 2);
        memcpy(&value, &bits, 4);
        return value;
    case SLIPWAY_Q8: return row[4 + column];
    case SLIPWAY_Q4: return row[4 + column / 2] >> (column % 2 * 4) & 15;
    default: return row[4 + column / 4] >> (column % 4 * 2) & 3;
    }
}

LOCAL int32_t narrow_rows(const slipway_row_table *table, bag_run *run, slipway_id_report *report) {
    run->rows = table->rows;
    run->row_count = (uint64_t)table->row_count;
    run->stride = (uint64_t)table->row_stride_bytes;
    const int64_t width = table->width;
    const bool quantized = table->dtype >= SLIPWAY_Q8;
    int64_t position = 0;
    for (int64_t b = 0; b < run->bag_count; b++) {
        float sum[W] = {0};
        const int32_t length = run->lengths ? run->lengths[b] : 1;
        for (int64_t end = position + length; position < end; position++) {
            const uint8_t *row;
            const int found = resolve_id(run, position, report, &row);
            if (found < 0) return SLIPWAY_BAD_ID;
            if (found == 0) continue;
            const float weight = run->weights ? run->weights[position] : 1.0f;
            const float scale = quantized ? half_at(row) * weight : weight, bias = quantized ? half_at(row + 2) * weight : 0;
            for (int64_t i = 0; i < width; i++) {
                const float value = row_element(table->dtype, row, i);
                sum[i] = quantized || run->weights ? __builtin_fmaf(value, scale, sum[i] + bias) : sum[i] + value;
            }
        }
        const float factor = run->mean && length > 0 ? 1.0f / (float)length : 1.0f;
        for (int64_t i = 0; i < width; i++) run->out[b * run->ldo + i] = sum[i] * factor;
    }
    return SLIPWAY_OK;
}

static int32_t narrow_embedding_bag_f32(const slipway_bag_args *args, slipway_id_report *report) {
    *report = (slipway_id_report){.first_bad = -1, .mapped = 0};
    const int32_t status = slipway_bag_check(args);
    if (status != SLIPWAY_OK || args->table.width == 0) return status;
    bag_run run = {
        .ids = args->ids, .id_count = args->id_count, .lengths = args->lengths, .bag_count = args->bag_count,
        .weights = args->weights, .out = args->out, .ldo = args->ldo, .mean = args->pooling == SLIPWAY_POOL_MEAN,
        .map = args->bad_ids == SLIPWAY_BAD_IDS_MAP,
    };
    return narrow_rows(&args->table, &run, report);
}

static int32_t narrow_embedding_lookup_f32(const slipway_lookup_args *args, slipway_id_report *report) {
    *report = (slipway_id_report){.first_bad = -1, .mapped = 0};
    const int32_t status = slipway_lookup_check(args);
    if (status != SLIPWAY_OK || args->table.width == 0) return status;
    bag_run run = {
        .ids = args->ids, .id_count = args->id_count, .bag_count = args->id_count, .out = args->out, .ldo = args->ldo,
        .map = args->bad_ids == SLIPWAY_BAD_IDS_MAP,
    };
    return narrow_rows(&args->table, &run, report);
}
#pragma clang attribute pop

// Runs a lookup and reports on its ids.
#define LOOKUP(call, slot)                                                                                             \
    do {                                                                                                               \
        slipway_id_report report = {.first_bad = -1, .mapped = 0};                                                     \
        const int32_t status = (call);                                                                                 \
        (slot).first_bad = report.first_bad;                                                                           \
        (slot).mapped = report.mapped;                                                                                 \
        if (status == SLIPWAY_BAD_ID) return SLIPWAY_AOT_BAD_ID;                                                       \
        if (status != SLIPWAY_OK) return status == SLIPWAY_BAD_LENGTHS ? SLIPWAY_AOT_BAD_LENGTHS : SLIPWAY_AOT_BAD_ARGUMENT; \
    } while (0)
