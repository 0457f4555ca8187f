#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "include/slipway_kernels.h"

// Argument checks that every variant makes first.

static inline bool slipway_is_quantized(int32_t dtype) { return dtype >= SLIPWAY_Q8 && dtype <= SLIPWAY_Q2; }

static inline int slipway_code_bits(int32_t dtype) { return dtype == SLIPWAY_Q8 ? 8 : dtype == SLIPWAY_Q4 ? 4 : 2; }

// A matrix of m rows and n columns that may be read or written; fine when it is empty.
static inline bool slipway_matrix_ok(int64_t m, int64_t n, const void *data, int64_t ld) {
    if (m < 0 || n < 0) return false;
    if (m == 0 || n == 0) return true;
    return data != NULL && (ld >= n || m == 1);
}

static inline bool slipway_table_ok(const slipway_row_table *table) {
    if (table->row_count < 0 || table->width < 0) return false;
    if (table->width == 0) return table->dtype >= SLIPWAY_F32 && table->dtype <= SLIPWAY_Q2;
    int64_t bytes = slipway_row_bytes(table->dtype, table->width);
    if (bytes == 0) return false;
    if (table->row_count == 0) return true;
    return table->rows != NULL && (table->row_stride_bytes >= bytes || table->row_count == 1);
}

// Lengths are not negative and add up to `total`.
static inline bool slipway_lengths_ok(int64_t count, const int32_t *lengths, int64_t total) {
    if (count < 0 || total < 0 || (count > 0 && lengths == NULL)) return false;
    uint64_t sum = 0;
    int32_t signs = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += (uint32_t)lengths[i];
        signs |= lengths[i];
    }
    return signs >= 0 && sum == (uint64_t)total;
}

static inline int32_t slipway_bag_check(const slipway_bag_args *args) {
    if (!slipway_table_ok(&args->table) || !slipway_matrix_ok(args->bag_count, args->table.width, args->out, args->ldo))
        return SLIPWAY_BAD_ARGUMENT;
    if (args->id_count < 0 || (args->id_count > 0 && args->ids == NULL)) return SLIPWAY_BAD_ARGUMENT;
    if (args->pooling < SLIPWAY_POOL_SUM || args->pooling > SLIPWAY_POOL_MEAN) return SLIPWAY_BAD_ARGUMENT;
    if (args->bad_ids < SLIPWAY_BAD_IDS_REFUSE || args->bad_ids > SLIPWAY_BAD_IDS_MAP) return SLIPWAY_BAD_ARGUMENT;
    return slipway_lengths_ok(args->bag_count, args->lengths, args->id_count) ? SLIPWAY_OK : SLIPWAY_BAD_LENGTHS;
}

static inline int32_t slipway_lookup_check(const slipway_lookup_args *args) {
    if (!slipway_table_ok(&args->table) || !slipway_matrix_ok(args->id_count, args->table.width, args->out, args->ldo))
        return SLIPWAY_BAD_ARGUMENT;
    if (args->id_count > 0 && args->ids == NULL) return SLIPWAY_BAD_ARGUMENT;
    if (args->bad_ids < SLIPWAY_BAD_IDS_REFUSE || args->bad_ids > SLIPWAY_BAD_IDS_MAP) return SLIPWAY_BAD_ARGUMENT;
    return SLIPWAY_OK;
}

static inline int32_t slipway_quantize_check(
    int32_t dtype, int64_t rows, int64_t width, const void *x, int64_t ldx, const void *out, int64_t stride) {
    if (dtype < SLIPWAY_F32 || dtype > SLIPWAY_Q2) return SLIPWAY_BAD_ARGUMENT;
    if (!slipway_matrix_ok(rows, width, x, ldx)) return SLIPWAY_BAD_ARGUMENT;
    if (rows == 0 || width == 0) return SLIPWAY_OK;
    int64_t bytes = slipway_row_bytes(dtype, width);
    if (bytes == 0 || out == NULL || (stride < bytes && rows > 1)) return SLIPWAY_BAD_ARGUMENT;
    return SLIPWAY_OK;
}

static inline int32_t slipway_dequantize_check(
    const slipway_row_table *table, int64_t first, int64_t rows, const void *out, int64_t ldo) {
    if (!slipway_table_ok(table) || !slipway_matrix_ok(rows, table->width, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    if (first < 0 || first > table->row_count || rows > table->row_count - first) return SLIPWAY_BAD_ARGUMENT;
    return SLIPWAY_OK;
}

// An element-wise map from x to out.
static inline bool slipway_map_ok(int64_t m, int64_t n, const void *x, int64_t ldx, const void *out, int64_t ldo) {
    return slipway_matrix_ok(m, n, x, ldx) && slipway_matrix_ok(m, n, out, ldo);
}

static inline bool slipway_epilogue_ok(const slipway_epilogue *e) {
    return e == NULL || (e->activation >= SLIPWAY_ACT_NONE && e->activation <= SLIPWAY_ACT_DICE);
}

static inline bool slipway_gemm_ok(const slipway_gemm_args *g) {
    return slipway_matrix_ok(g->m, g->k, g->a, g->lda) && slipway_matrix_ok(g->m, g->n, g->c, g->ldc) && g->n >= 0
        && (g->m == 0 || g->n == 0 || g->k == 0 || g->packed != NULL) && slipway_epilogue_ok(g->epilogue);
}

static inline bool slipway_bmm_ok(const slipway_bmm_args *g) {
    if (g->batch < 0 || g->m < 0 || g->n < 0 || g->k < 0 || !slipway_epilogue_ok(g->epilogue)) return false;
    if (g->batch == 0) return true;
    int64_t b_rows = g->b_transposed ? g->n : g->k, b_columns = g->b_transposed ? g->k : g->n;
    return slipway_matrix_ok(g->m, g->k, g->a, g->lda) && slipway_matrix_ok(g->m, g->n, g->c, g->ldc)
        && slipway_matrix_ok(b_rows, b_columns, g->b, g->ldb);
}

static inline bool slipway_interact_ok(
    int64_t m, int64_t fields, int64_t width, int32_t triangle, const void *x, int64_t ldx, const void *out,
    int64_t ldo) {
    const int64_t most = 1 << 20;
    if (fields < 0 || width < 0 || fields > most || width > most) return false;
    if (triangle < SLIPWAY_UPPER || triangle > SLIPWAY_LOWER_DIAGONAL) return false;
    bool diagonal = triangle == SLIPWAY_UPPER_DIAGONAL || triangle == SLIPWAY_LOWER_DIAGONAL;
    int64_t pairs = diagonal ? fields * (fields + 1) / 2 : fields * (fields - 1) / 2;
    return slipway_matrix_ok(m, fields * width, x, ldx) && slipway_matrix_ok(m, pairs, out, ldo);
}

static inline bool slipway_mask_ok(int64_t m, int64_t n, const void *mask, int64_t ldmask) {
    return mask == NULL || ldmask == 0 || slipway_matrix_ok(m, n, mask, ldmask);
}

// One long row where there are no gaps between rows.
static inline void slipway_flatten(int64_t *m, int64_t *n, int64_t ldx, int64_t ldo) {
    if (ldx == *n && ldo == *n && *m > 0 && *n > 0) {
        *n *= *m;
        *m = 1;
    }
}

static inline bool slipway_binary_ok(
    int32_t op, int32_t broadcast, int64_t m, int64_t n, const void *a, int64_t lda, const void *b, int64_t ldb,
    const void *out, int64_t ldo) {
    if (op < SLIPWAY_ADD || op > SLIPWAY_RDIV || !slipway_map_ok(m, n, a, lda, out, ldo)) return false;
    switch (broadcast) {
    case SLIPWAY_FULL: return slipway_matrix_ok(m, n, b, ldb);
    case SLIPWAY_ROW: return slipway_matrix_ok(1, n, b, n);
    case SLIPWAY_COLUMN: return slipway_matrix_ok(m, 1, b, ldb);
    case SLIPWAY_SCALAR: return b != NULL;
    default: return false;
    }
}

static inline bool slipway_fm_ok(
    int64_t m, int64_t fields, int64_t width, const void *x, int64_t ldx, const void *out, int64_t ldo) {
    const int64_t most = (int64_t)1 << 31;
    if (fields < 0 || width < 0 || fields > most || width >= most) return false;
    return slipway_matrix_ok(m, fields * width, x, ldx) && slipway_matrix_ok(m, width, out, ldo);
}

static inline int32_t slipway_segment_sum_check(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const void *values, int64_t ldv,
    int32_t pooling, const void *out, int64_t ldo) {
    if (!slipway_matrix_ok(row_count, width, values, ldv) || !slipway_matrix_ok(segment_count, width, out, ldo)
        || pooling < SLIPWAY_POOL_SUM || pooling > SLIPWAY_POOL_MEAN)
        return SLIPWAY_BAD_ARGUMENT;
    return slipway_lengths_ok(segment_count, lengths, row_count) ? SLIPWAY_OK : SLIPWAY_BAD_LENGTHS;
}

static inline int32_t slipway_attention_check(
    int64_t segment_count, const int32_t *lengths, int64_t row_count, int64_t width, const void *query, int64_t ldq,
    const void *rows, int64_t lds, const void *out, int64_t ldo) {
    if (width > INT64_MAX / 4 || !slipway_matrix_ok(segment_count, width, query, ldq)
        || !slipway_matrix_ok(row_count, width, rows, lds) || !slipway_matrix_ok(row_count, 4 * width, out, ldo))
        return SLIPWAY_BAD_ARGUMENT;
    return slipway_lengths_ok(segment_count, lengths, row_count) ? SLIPWAY_OK : SLIPWAY_BAD_LENGTHS;
}
