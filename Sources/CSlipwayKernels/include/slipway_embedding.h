#pragma once
// Row-quantized embedding tables: quantization, pooled lookup, row lookup.
//
// A quantized row is [scale f16][bias f16][codes, low bits first]; value = code * scale + bias. fbgemm's format and
// arithmetic.
#include "slipway_status.h"

typedef enum slipway_row_dtype {
    SLIPWAY_F32 = 0,
    SLIPWAY_F16 = 1,
    SLIPWAY_BF16 = 2,
    SLIPWAY_Q8 = 3,
    SLIPWAY_Q4 = 4,
    SLIPWAY_Q2 = 5,
} slipway_row_dtype;

typedef struct slipway_row_table {
    const void *_Nullable rows;
    int64_t row_count;         // N
    int64_t row_stride_bytes;
    int64_t width;             // D
    int32_t dtype;             // slipway_row_dtype
} slipway_row_table;

typedef enum slipway_pooling {
    SLIPWAY_POOL_SUM = 0,
    SLIPWAY_POOL_MEAN = 1, // times 1/length; weights do not enter the divisor
} slipway_pooling;

typedef enum slipway_bad_ids {
    SLIPWAY_BAD_IDS_REFUSE = 0, // status SLIPWAY_BAD_ID; the output is then unspecified
    // fbgemm's quantized lookup: -1 adds a zero vector (and counts in the mean's divisor), any other bad id reads
    // row 0.
    SLIPWAY_BAD_IDS_MAP = 1,
} slipway_bad_ids;

typedef struct slipway_id_report {
    int64_t first_bad; // position in `ids` of the first bad id, or -1
    int64_t mapped;    // bad ids that were mapped, -1 included
} slipway_id_report;

typedef struct slipway_bag_args {
    slipway_row_table table;
    const int64_t *_Nullable ids;
    int64_t id_count;
    const int32_t *_Nullable lengths; // [B]; their sum is id_count
    int64_t bag_count;                // B
    const float *_Nullable weights;   // [id_count], or NULL for ones
    float *_Nullable out;             // [B, D]
    int64_t ldo;
    int32_t pooling;
    int32_t bad_ids;
} slipway_bag_args;

typedef struct slipway_lookup_args {
    slipway_row_table table;
    const int64_t *_Nullable ids;
    int64_t id_count;
    float *_Nullable out; // [id_count, D]
    int64_t ldo;
    int32_t bad_ids;
} slipway_lookup_args;

// x [M, D] float32 -> M rows of `dtype`, `out_stride_bytes` apart; bytes between rows are left alone. NaN in a
// quantized row gives an unspecified row.
typedef int32_t (*slipway_quantize_rows_fn)(
    int32_t dtype, int64_t rows, int64_t width, const float *_Nullable x, int64_t ldx, void *_Nullable out,
    int64_t out_stride_bytes);

// The table's rows [first, first + rows) -> out [rows, D] float32.
typedef int32_t (*slipway_dequantize_rows_fn)(
    const slipway_row_table *_Nonnull table, int64_t first, int64_t rows, float *_Nullable out, int64_t ldo);

// Pooled rows: out[b] = sum over the bag of weight * row. Quantized rows accumulate in float32, in id order, as
// acc = fma(code, scale * w, acc + bias * w): bit-equal on every instruction set. An empty bag gives zeros.
typedef int32_t (*slipway_embedding_bag_fn)(const slipway_bag_args *_Nonnull args, slipway_id_report *_Nonnull report);

// One row per id.
typedef int32_t (*slipway_embedding_lookup_fn)(
    const slipway_lookup_args *_Nonnull args, slipway_id_report *_Nonnull report);
