#pragma once
// Declarations of one instruction set's kernels, by suffix.
#include "../include/slipway_kernels.h"

#define SLIPWAY_DECLARE_EMBEDDING(isa)                                                                                 \
    int32_t slipway_quantize_rows_f32_##isa(                                                                           \
        int32_t dtype, int64_t rows, int64_t width, const float *x, int64_t ldx, void *out, int64_t out_stride_bytes); \
    int32_t slipway_dequantize_rows_f32_##isa(                                                                         \
        const slipway_row_table *table, int64_t first, int64_t rows, float *out, int64_t ldo);                         \
    int32_t slipway_embedding_bag_f32_##isa(const slipway_bag_args *args, slipway_id_report *report);                  \
    int32_t slipway_embedding_lookup_f32_##isa(const slipway_lookup_args *args, slipway_id_report *report);

#define SLIPWAY_DECLARE_GEMM(isa)                                                                                      \
    int32_t slipway_pack_weights_f32_##isa(int64_t n, int64_t k, const float *weight, int64_t ldw, float *packed);     \
    int32_t slipway_gemm_packed_f32_##isa(const slipway_gemm_args *args);                                              \
    int32_t slipway_bmm_f32_##isa(const slipway_bmm_args *args);                                                       \
    int32_t slipway_interact_f32_##isa(                                                                                \
        int64_t m, int64_t fields, int64_t width, int32_t triangle, const float *x, int64_t ldx, float *out, \
        int64_t ldo);

SLIPWAY_DECLARE_EMBEDDING(scalar)
SLIPWAY_DECLARE_GEMM(scalar)
int32_t slipway_unary_f32_scalar(
    int32_t op, int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo);
int32_t slipway_binary_f32_scalar(
    int32_t op, int32_t broadcast, int64_t m, int64_t n, const float *a, int64_t lda, const float *b, int64_t ldb,
    float *out, int64_t ldo);
int32_t slipway_activate_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo, const slipway_epilogue *epilogue);
int32_t slipway_softmax_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, float scale, const uint8_t *mask, int64_t ldmask, float *out,
    int64_t ldo);
int32_t slipway_layer_norm_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, const float *gamma, const float *beta, float eps, float *out,
    int64_t ldo);
int32_t slipway_row_sum_f32_scalar(int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo);
int32_t slipway_l2_normalize_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, float eps, float *out, int64_t ldo);
int32_t slipway_fm_f32_scalar(
    int64_t m, int64_t fields, int64_t width, const float *x, int64_t ldx, float *out, int64_t ldo);
int32_t slipway_segment_softmax_f32_scalar(
    int64_t segment_count, const int32_t *lengths, int64_t value_count, const float *values, float scale, float *out);
int32_t slipway_segment_sum_f32_scalar(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const float *values, int64_t ldv,
    const float *weights, int32_t pooling, float *out, int64_t ldo);
int32_t slipway_attention_input_f32_scalar(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const float *query, int64_t ldq,
    const float *rows, int64_t lds, float *out, int64_t ldo);
