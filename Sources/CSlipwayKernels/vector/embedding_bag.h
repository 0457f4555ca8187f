// Pooled and single-row lookup. A row narrower than W is handled by the next narrower variant (EMBEDDING_NARROW); a
// width that is no multiple of W ends with a vector that overlaps the one before it, so no lane is ever read outside
// its row.
#pragma once
#include "rows.h"

enum { prefetch_distance = 8 };

// Row types there is code for, a bit each. Code for one model leaves the others out.
#ifndef EMBEDDING_DTYPES
#define EMBEDDING_DTYPES 63
#endif
#define HAS_DTYPE(dtype) ((EMBEDDING_DTYPES >> (dtype) & 1) != 0)

// `lengths` NULL means every bag has one id and the result is the row itself.
typedef struct bag_run {
    const uint8_t *rows;
    uint64_t row_count;
    uint64_t stride;
    uint64_t row_bytes;
    const int64_t *ids;
    int64_t id_count;
    const int32_t *lengths;
    int64_t bag_count;
    const float *weights;
    float *out;
    int64_t ldo;
    bool mean;
    bool map;
} bag_run;

INLINE void prefetch_row(const bag_run *run, int64_t position) {
    if (position >= run->id_count) return;
    // Unsigned arithmetic: the id may be bad, and then the address is never read.
    uintptr_t row = (uintptr_t)run->rows + (uintptr_t)run->ids[position] * run->stride;
    __builtin_prefetch((const void *)row);
    if (run->row_bytes > 32) __builtin_prefetch((const void *)(row + run->row_bytes - 1));
    for (uint64_t offset = 64; offset + 64 < run->row_bytes; offset += 64)
        __builtin_prefetch((const void *)(row + offset));
}

// 1: use *row; 0: a zero row; -1: refused.
INLINE int resolve_id(const bag_run *run, int64_t position, slipway_id_report *report, const uint8_t **row) {
    uint64_t id = (uint64_t)run->ids[position];
    if (UNLIKELY(id >= run->row_count)) {
        if (report->first_bad < 0) report->first_bad = position;
        if (!run->map || run->row_count == 0) return -1;
        report->mapped += 1;
        if (id == UINT64_MAX) return 0;
        id = 0;
    }
    *row = run->rows + id * run->stride;
    return 1;
}

// Columns first, first + W, …; the last of the `vectors` starts at `last`.
INLINE int32_t pool_columns(
    const int32_t dtype, const int vectors, const bool weighted, const bag_run *run, int64_t first, int64_t last,
    slipway_id_report *report) {
    const bool quantized = dtype >= SLIPWAY_Q8;
    int64_t position = 0;
    for (int64_t b = 0; b < run->bag_count; b++) {
        vf sum[8];
        for (int v = 0; v < vectors; v++) sum[v] = splat(0);
        int32_t length = run->lengths[b];
        for (int64_t end = position + length; position < end; position++) {
            prefetch_row(run, position + prefetch_distance);
            const uint8_t *row;
            int found = resolve_id(run, position, report, &row);
            if (UNLIKELY(found <= 0)) {
                if (found < 0) return SLIPWAY_BAD_ID;
                continue;
            }
            float weight = weighted ? run->weights[position] : 1.0f;
            if (quantized) {
                float scale = half_at(row), bias = half_at(row + 2);
                vf scale_v = splat(weighted ? scale * weight : scale);
                vf bias_v = splat(weighted ? bias * weight : bias);
                for (int v = 0; v < vectors; v++) {
                    vf code = load_row(dtype, row, v + 1 < vectors ? first + v * W : last);
                    sum[v] = sum[v] + bias_v;
                    sum[v] = fma_v(code, scale_v, sum[v]);
                }
            } else {
                for (int v = 0; v < vectors; v++) {
                    vf value = load_row(dtype, row, v + 1 < vectors ? first + v * W : last);
                    sum[v] = weighted ? fma_v(value, splat(weight), sum[v]) : sum[v] + value;
                }
            }
        }
        float factor = run->mean && length > 0 ? 1.0f / (float)length : 1.0f;
        float *out = run->out + b * run->ldo;
        for (int v = 0; v < vectors; v++) store(out + (v + 1 < vectors ? first + v * W : last), sum[v] * splat(factor));
    }
    return SLIPWAY_OK;
}

INLINE int32_t gather_columns(
    const int32_t dtype, const int vectors, const bag_run *run, int64_t first, int64_t last,
    slipway_id_report *report) {
    const bool quantized = dtype >= SLIPWAY_Q8;
    for (int64_t i = 0; i < run->id_count; i++) {
        prefetch_row(run, i + prefetch_distance);
        const uint8_t *row;
        int found = resolve_id(run, i, report, &row);
        if (UNLIKELY(found < 0)) return SLIPWAY_BAD_ID;
        float *out = run->out + i * run->ldo;
        vf scale = splat(0), bias = splat(0);
        if (quantized && LIKELY(found)) {
            scale = splat(half_at(row));
            bias = splat(half_at(row + 2));
        }
        for (int v = 0; v < vectors; v++) {
            int64_t column = v + 1 < vectors ? first + v * W : last;
            vf value = splat(0);
            if (LIKELY(found)) value = load_row(dtype, row, column);
            if (quantized) value = fma_v(value, scale, bias);
            store(out + column, value);
        }
    }
    return SLIPWAY_OK;
}

INLINE int32_t run_columns(
    const int32_t dtype, const int vectors, const bag_run *run, int64_t first, int64_t last,
    slipway_id_report *report) {
    if (run->lengths == NULL) return gather_columns(dtype, vectors, run, first, last, report);
    if (run->weights != NULL) return pool_columns(dtype, vectors, true, run, first, last, report);
    return pool_columns(dtype, vectors, false, run, first, last, report);
}

// Splits the width into blocks of 8, 4, 3, 2 or 1 vectors; mapped ids are counted in the first block only.
INLINE int32_t run_dtype(const int32_t dtype, const bag_run *run, int64_t width, slipway_id_report *report) {
    for (int64_t first = 0; first < width;) {
        slipway_id_report block = {.first_bad = -1, .mapped = 0};
        int64_t vectors = (width - first + W - 1) / W;
        vectors = vectors >= 8 ? 8 : vectors > 4 ? 4 : vectors;
        int64_t last = first + (vectors - 1) * W;
        if (last > width - W) last = width - W;
        int32_t status;
        switch (vectors) {
        case 8: status = run_columns(dtype, 8, run, first, last, &block); break;
        case 4: status = run_columns(dtype, 4, run, first, last, &block); break;
        case 3: status = run_columns(dtype, 3, run, first, last, &block); break;
        case 2: status = run_columns(dtype, 2, run, first, last, &block); break;
        default: status = run_columns(dtype, 1, run, first, last, &block); break;
        }
        if (first == 0) *report = block;
        if (status != SLIPWAY_OK) return status;
        first += vectors * W;
    }
    return SLIPWAY_OK;
}

#define RUN_DTYPE(name, dtype)                                                                                         \
    static __attribute__((noinline)) int32_t name(const bag_run *run, int64_t width, slipway_id_report *report) {      \
        return run_dtype(dtype, run, width, report);                                                                   \
    }
RUN_DTYPE(run_f32, SLIPWAY_F32)
RUN_DTYPE(run_f16, SLIPWAY_F16)
RUN_DTYPE(run_bf16, SLIPWAY_BF16)
RUN_DTYPE(run_q8, SLIPWAY_Q8)
RUN_DTYPE(run_q4, SLIPWAY_Q4)
RUN_DTYPE(run_q2, SLIPWAY_Q2)
#undef RUN_DTYPE

static int32_t run_table(const slipway_row_table *table, bag_run *run, slipway_id_report *report) {
    run->rows = table->rows;
    run->row_count = (uint64_t)table->row_count;
    run->stride = (uint64_t)table->row_stride_bytes;
    run->row_bytes = (uint64_t)slipway_row_bytes(table->dtype, table->width);
    switch (table->dtype) {
    case SLIPWAY_F32: return HAS_DTYPE(SLIPWAY_F32) ? run_f32(run, table->width, report) : SLIPWAY_BAD_ARGUMENT;
    case SLIPWAY_F16: return HAS_DTYPE(SLIPWAY_F16) ? run_f16(run, table->width, report) : SLIPWAY_BAD_ARGUMENT;
    case SLIPWAY_BF16: return HAS_DTYPE(SLIPWAY_BF16) ? run_bf16(run, table->width, report) : SLIPWAY_BAD_ARGUMENT;
    case SLIPWAY_Q8: return HAS_DTYPE(SLIPWAY_Q8) ? run_q8(run, table->width, report) : SLIPWAY_BAD_ARGUMENT;
    case SLIPWAY_Q4: return HAS_DTYPE(SLIPWAY_Q4) ? run_q4(run, table->width, report) : SLIPWAY_BAD_ARGUMENT;
    default: return HAS_DTYPE(SLIPWAY_Q2) ? run_q2(run, table->width, report) : SLIPWAY_BAD_ARGUMENT;
    }
}

static bool every_length_is_one(const slipway_bag_args *args) {
    if (args->bag_count != args->id_count) return false;
    int32_t other = 0;
    for (int64_t b = 0; b < args->bag_count; b++) other |= args->lengths[b] ^ 1;
    return other == 0;
}

int32_t KERNEL(embedding_bag_f32)(const slipway_bag_args *args, slipway_id_report *report) {
    if (args->table.width < W && args->table.width != 0) return EMBEDDING_NARROW(embedding_bag_f32)(args, report);
    *report = (slipway_id_report){.first_bad = -1, .mapped = 0};
    int32_t status = slipway_bag_check(args);
    if (status != SLIPWAY_OK || args->table.width == 0) return status;
    bag_run run = {
        .ids = args->ids, .id_count = args->id_count, .lengths = args->lengths, .bag_count = args->bag_count,
        .weights = args->weights, .out = args->out, .ldo = args->ldo, .mean = args->pooling == SLIPWAY_POOL_MEAN,
        .map = args->bad_ids == SLIPWAY_BAD_IDS_MAP,
    };
    if (args->weights == NULL && every_length_is_one(args)) run.lengths = NULL;
    return run_table(&args->table, &run, report);
}

int32_t KERNEL(embedding_lookup_f32)(const slipway_lookup_args *args, slipway_id_report *report) {
    if (args->table.width < W && args->table.width != 0) return EMBEDDING_NARROW(embedding_lookup_f32)(args, report);
    *report = (slipway_id_report){.first_bad = -1, .mapped = 0};
    int32_t status = slipway_lookup_check(args);
    if (status != SLIPWAY_OK || args->table.width == 0) return status;
    bag_run run = {
        .ids = args->ids, .id_count = args->id_count, .bag_count = args->id_count, .out = args->out, .ldo = args->ldo,
        .map = args->bad_ids == SLIPWAY_BAD_IDS_MAP,
    };
    return run_table(&args->table, &run, report);
}
