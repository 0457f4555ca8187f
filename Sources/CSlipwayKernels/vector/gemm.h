// Packed and plain matrix products, and pairwise field products.
#pragma once
#include "gemm_tile.h"

// Rows j of w [columns, K] (ldw apart) -> k rows of `width` floats, zeros beyond `columns`.
static void pack_transposed(int64_t columns, int width, int64_t k, const float *w, int64_t ldw, float *out) {
    for (int64_t i = 0; i < k; i++) {
        float *row = out + i * width;
        for (int64_t j = 0; j < columns; j++) row[j] = w[j * ldw + i];
        for (int64_t j = columns; j < width; j++) row[j] = 0;
    }
}

static void pack_plain(int64_t columns, int width, int64_t k, const float *b, int64_t ldb, float *out) {
    for (int64_t i = 0; i < k; i++) {
        float *row = out + i * width;
        copy_floats(row, b + i * ldb, columns);
        for (int64_t j = columns; j < width; j++) row[j] = 0;
    }
}

// Panels: all of panel_columns, but a last one of W where that is enough.
INLINE int panel_vectors(int64_t columns_left) { return columns_left > W ? 2 : 1; }

// One output: dot products of rows with a vector, `rows` (at most 4) at a time. A row's sum is the same in any company.
INLINE void dot_rows(const int rows, int64_t k, const float *a, int64_t lda, const float *w, float *out) {
    vf sum[4];
    for (int r = 0; r < rows; r++) sum[r] = splat(0);
    int64_t i = 0;
    for (; i + W <= k; i += W)
        for (int r = 0; r < rows; r++) sum[r] = fma_v(load(a + r * lda + i), load(w + i), sum[r]);
    if (i < k)
        for (int r = 0; r < rows; r++)
            sum[r] = fma_v(load_part(a + r * lda + i, k - i), load_part(w + i, k - i), sum[r]);
    for (int r = 0; r < rows; r++) out[r] = sum_v(sum[r]);
}

static const float *repeated(const float *value, float *buffer, int64_t n) {
    if (value == NULL) return NULL;
    for (int64_t i = 0; i < n; i++) buffer[i] = *value;
    return buffer;
}

// The product with one column: its vector lies unpacked. Blocks of rows become the columns of one epilogue.
static void multiply_column(const slipway_gemm_args *g) {
    enum { block = 64 };
    float sums[block], vectors[6][block];
    slipway_epilogue e = g->epilogue ? *g->epilogue : (slipway_epilogue){0};
    const int64_t most = g->m < block ? g->m : block;
    e.bias = repeated(e.bias, vectors[0], most);
    e.scale = repeated(e.scale, vectors[1], most);
    e.shift = repeated(e.shift, vectors[2], most);
    e.alpha = repeated(e.alpha, vectors[3], most);
    e.gate_scale = repeated(e.gate_scale, vectors[4], most);
    e.gate_shift = repeated(e.gate_shift, vectors[5], most);
    for (int64_t m0 = 0; m0 < g->m; m0 += block) {
        const int64_t rows = g->m - m0 < block ? g->m - m0 : block;
        const int64_t lda = g->k > 0 ? g->lda : 0; // a may be NULL then
        const float *a = g->a + m0 * lda;
        float *c = g->c + m0 * g->ldc;
        int64_t r = 0;
        for (; r + 4 <= rows; r += 4) dot_rows(4, g->k, a + r * lda, lda, g->packed, sums + r);
        for (; r < rows; r++) dot_rows(1, g->k, a + r * lda, lda, g->packed, sums + r);
        if (e.accumulate)
            for (r = 0; r < rows; r++) sums[r] += c[r * g->ldc];
        activate_matrix(e.activation, e.bias || e.scale || e.shift, 1, rows, sums, rows, sums, rows, &e);
        for (r = 0; r < rows; r++) c[r * g->ldc] = sums[r];
    }
}

int32_t KERNEL(pack_weights_f32)(int64_t n, int64_t k, const float *weight, int64_t ldw, float *packed) {
    if (!slipway_matrix_ok(n, k, weight, ldw) || (n > 0 && k > 0 && packed == NULL)) return SLIPWAY_BAD_ARGUMENT;
    if (n == 1) copy_floats(packed, weight, k);
    for (int64_t column = 0; n > 1 && column < n && k > 0; column += panel_columns) {
        int64_t columns = n - column < panel_columns ? n - column : panel_columns;
        int width = panel_vectors(columns) * W;
        pack_transposed(columns, width, k, weight + column * ldw, ldw, packed + column * k);
    }
    return SLIPWAY_OK;
}

int32_t KERNEL(gemm_packed_f32)(const slipway_gemm_args *g) {
    if (!slipway_gemm_ok(g)) return SLIPWAY_BAD_ARGUMENT;
    if (g->m == 0 || g->n == 0) return SLIPWAY_OK;
    if (g->n == 1) {
        multiply_column(g);
        return SLIPWAY_OK;
    }
    product job = {.m = g->m, .n = g->n, .k = g->k, .a = g->a, .lda = g->lda, .c = g->c, .ldc = g->ldc};
    if (g->epilogue) job.epilogue = *g->epilogue;
    const int64_t kc = k_block(g->k);
    // Even blocks of whole tiles: a last block of a few rows would read all of B for them.
    const int64_t blocks = (g->m + m_block_most - 1) / m_block_most;
    const int64_t step = ((g->m + blocks - 1) / blocks + GEMM_ROWS - 1) / GEMM_ROWS * GEMM_ROWS;
    for (int64_t m0 = 0; m0 < g->m; m0 += step) {
        const int64_t m1 = g->m - m0 < step ? g->m : m0 + step;
        // Few rows leave few independent sums in a tile: then several panels at once.
        const int most = m1 - m0 == 1 ? 4 : m1 - m0 <= 3 ? 2 : 1;
        int64_t k0 = 0;
        do {
            panel_step s = {.m0 = m0, .m1 = m1, .k0 = k0, .kc = g->k - k0 < kc ? g->k - k0 : kc};
            for (int64_t column = 0; column < g->n; column += s.columns) {
                const int64_t left = g->n - column;
                s.panels = most > 1 && left >= most * panel_columns ? most : 1;
                s.columns = left < s.panels * panel_columns ? left : s.panels * panel_columns;
                s.column = column;
                s.vectors = panel_vectors(s.columns);
                s.ldb = s.vectors * W;
                s.b = g->packed + column * g->k + k0 * s.ldb;
                s.panel_stride = g->k * panel_columns;
                multiply_panel(&job, &s);
            }
            k0 += kc;
        } while (k0 < g->k);
    }
    return SLIPWAY_OK;
}

// One matrix of a batch: each block of a panel is packed into `scratch`, unless its rows can be read where they are.
static void multiply_plain(const product *job, const float *b, int64_t ldb, bool transposed, float *scratch) {
    const int64_t kc = k_block(job->k);
    int64_t k0 = 0;
    do {
        panel_step s = {.m0 = 0, .m1 = job->m, .panels = 1, .k0 = k0, .kc = job->k - k0 < kc ? job->k - k0 : kc};
        for (int64_t column = 0; column < job->n; column += panel_columns) {
            s.column = column;
            s.columns = job->n - column < panel_columns ? job->n - column : panel_columns;
            s.vectors = panel_vectors(s.columns);
            s.ldb = s.vectors * W;
            s.b = scratch;
            if (s.kc == 0) {
                // Nothing to read: b may be NULL.
            } else if (transposed) {
                pack_transposed(s.columns, s.vectors * W, s.kc, b + column * ldb + k0, ldb, scratch);
            } else if (s.columns < s.vectors * W) {
                pack_plain(s.columns, s.vectors * W, s.kc, b + k0 * ldb + column, ldb, scratch);
            } else {
                s.ldb = ldb;
                s.b = b + k0 * ldb + column;
            }
            multiply_panel(job, &s);
        }
        k0 += kc;
    } while (k0 < job->k);
}

int32_t KERNEL(bmm_f32)(const slipway_bmm_args *g) {
    if (!slipway_bmm_ok(g)) return SLIPWAY_BAD_ARGUMENT;
    if (g->m == 0 || g->n == 0) return SLIPWAY_OK;
    float scratch[k_block_most * panel_columns];
    product job = {.m = g->m, .n = g->n, .k = g->k, .lda = g->lda, .ldc = g->ldc};
    if (g->epilogue) job.epilogue = *g->epilogue;
    for (int64_t i = 0; i < g->batch; i++) {
        job.a = g->k > 0 ? g->a + i * g->a_batch_stride : NULL;
        job.c = g->c + i * g->c_batch_stride;
        multiply_plain(&job, g->k > 0 ? g->b + i * g->b_batch_stride : NULL, g->ldb, g->b_transposed != 0, scratch);
    }
    return SLIPWAY_OK;
}

// The part of row i of X·Xᵀ that lies in the triangle and in columns [column, column + columns), to its place in `out`.
static void scatter_triangle(
    int64_t fields, int32_t triangle, int64_t i, int64_t column, int64_t columns, const float *row, float *out) {
    const bool diagonal = triangle == SLIPWAY_UPPER_DIAGONAL || triangle == SLIPWAY_LOWER_DIAGONAL;
    const bool upper = triangle == SLIPWAY_UPPER || triangle == SLIPWAY_UPPER_DIAGONAL;
    int64_t from = upper ? (diagonal ? i : i + 1) : 0;
    int64_t to = upper ? fields : (diagonal ? i + 1 : i);
    int64_t start; // where the triangle's row i begins in `out`
    if (upper)
        start = diagonal ? i * fields - i * (i - 1) / 2 : i * (fields - 1) - i * (i - 1) / 2;
    else
        start = diagonal ? i * (i + 1) / 2 : i * (i - 1) / 2;
    int64_t low = from > column ? from : column;
    int64_t high = to < column + columns ? to : column + columns;
    for (int64_t j = low; j < high; j++) out[start + j - from] = row[j - column];
}

static void interact_row(
    int64_t fields, int64_t width, int32_t triangle, const float *x, float *out, float *scratch, float *block) {
    const int64_t kc = k_block(width);
    const bool upper = triangle == SLIPWAY_UPPER || triangle == SLIPWAY_UPPER_DIAGONAL;
    for (int64_t column = 0; column < fields; column += panel_columns) {
        panel_step s = {.column = 0, .panels = 1};
        s.columns = fields - column < panel_columns ? fields - column : panel_columns;
        s.vectors = panel_vectors(s.columns);
        s.ldb = s.vectors * W;
        s.b = scratch;
        const int64_t low = upper ? 0 : column, high = upper ? column + s.columns : fields;
        for (int64_t i = low; i < high; i += GEMM_ROWS) {
            const int64_t rows = high - i < GEMM_ROWS ? high - i : GEMM_ROWS;
            product job = {
                .m = rows, .n = s.columns, .k = width, .a = x + i * width, .lda = width, .c = block,
                .ldc = panel_columns,
            };
            s.m1 = rows;
            int64_t k0 = 0;
            do {
                s.k0 = k0;
                s.kc = width - k0 < kc ? width - k0 : kc;
                if (i == low || kc < width)
                    pack_transposed(s.columns, s.vectors * W, s.kc, x + column * width + k0, width, scratch);
                multiply_panel(&job, &s);
                k0 += kc;
            } while (k0 < width);
            for (int64_t r = 0; r < rows; r++)
                scatter_triangle(fields, triangle, i + r, column, s.columns, block + r * panel_columns, out);
        }
    }
}

int32_t KERNEL(interact_f32)(
    int64_t m, int64_t fields, int64_t width, int32_t triangle, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_interact_ok(m, fields, width, triangle, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    float scratch[k_block_most * panel_columns], block[GEMM_ROWS * panel_columns];
    for (int64_t i = 0; i < m; i++) interact_row(fields, width, triangle, x + i * ldx, out + i * ldo, scratch, block);
    return SLIPWAY_OK;
}
