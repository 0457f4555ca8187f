#pragma once
// Declarations of one instruction set's kernels, by suffix.
#include "../include/slipway_kernels.h"

#define SLIPWAY_DECLARE_EMBEDDING(isa)                                                                                           \
    int32_t slipway_quantize_rows_f32_##isa(                                                                                     \
        int32_t dtype, int64_t rows, int64_t width, const float *x, int64_t ldx, void *out, int64_t out_stride_bytes);          \
    int32_t slipway_dequantize_rows_f32_##isa(                                                                                   \
        const slipway_row_table *table, int64_t first, int64_t rows, float *out, int64_t ldo);                                  \
    int32_t slipway_embedding_bag_f32_##isa(const slipway_bag_args *args, slipway_id_report *report);                           \
    int32_t slipway_embedding_lookup_f32_##isa(const slipway_lookup_args *args, slipway_id_report *report);

SLIPWAY_DECLARE_EMBEDDING(scalar)
