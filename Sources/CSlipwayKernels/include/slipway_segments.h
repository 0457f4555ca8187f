#pragma once
// Operations over jagged rows: `lengths` [B] int32 say how many consecutive rows belong to each segment.
#include "slipway_embedding.h"

// Softmax of scale * values within each segment: values [N] -> out [N] (may be values).
typedef int32_t (*slipway_segment_softmax_fn)(
    int64_t segment_count, const int32_t *_Nullable lengths, int64_t value_count, const float *_Nullable values,
    float scale, float *_Nullable out);

// out [B, D] = sum (or mean: over the length, weights not counted) over each segment of weights [N] (or 1) * values
// [N, D]. An empty segment gives zeros.
typedef int32_t (*slipway_segment_sum_fn)(
    int64_t segment_count, const int32_t *_Nullable lengths, int64_t row_count, int64_t width,
    const float *_Nullable values, int64_t ldv, const float *_Nullable weights, int32_t pooling, float *_Nullable out,
    int64_t ldo);

// Input of target attention: for segment b with query q [D] = query row b, each row s gives [q, s, q - s, q * s].
// query [B, D], rows [N, D] -> out [N, 4D].
typedef int32_t (*slipway_attention_input_fn)(
    int64_t segment_count, const int32_t *_Nullable lengths, int64_t row_count, int64_t width,
    const float *_Nullable query, int64_t ldq, const float *_Nullable rows, int64_t lds, float *_Nullable out,
    int64_t ldo);
