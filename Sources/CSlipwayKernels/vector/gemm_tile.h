// The register tile of matrix products, and one panel of columns times many rows.
#pragma once
#include "activation.h"

enum {
    panel_columns = 2 * W,
    k_block_most = W == 16 ? 256 : 384, // a panel's block of K stays in the first-level cache
    m_block_most = 120, // a block of A (m_block × k_block) stays in the second
    prefetch_rows = 16, // of B ahead of the one being multiplied: some hundred cycles
};

typedef struct tile_args {
    int64_t k;
    const float *a;
    int64_t lda;
    const float *b;       // rows of panel_columns (or W) floats, ldb apart
    int64_t ldb;
    int64_t panel_stride; // from one panel to the next, where a tile spans several
    float *c;
    int64_t ldc;
    bool add;             // C += instead of C =
    bool relu;
    const float *bias, *scale, *shift; // at this tile's first column, or NULL
} tile_args;

// Holds a sum in its register and the products in this order: left alone, the compiler loads the values of all rows at
// once, and then has no registers for the sums.
#if defined(__x86_64__) && (W == 8 || defined(MASK_REGISTERS))
#define IN_REGISTER(x) __asm__ volatile("" : "+v"(x) : : "memory")
#elif defined(__aarch64__)
#define IN_REGISTER(x) __asm__ volatile("" : "+w"(x) : : "memory")
#else // more lanes than a register has
#define IN_REGISTER(x)
#endif

// C [rows, panels * vectors * W]: each sum over K runs in order, in one fma chain, whatever the tile.
INLINE void tile(const int rows, const int vectors, const int panels, const tile_args *t) {
    const int width = panels * vectors;
    vf sum[GEMM_ROWS][8];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < width; v++) sum[r][v] = splat(0);
    const float *a = t->a, *b = t->b;
    const int64_t lda = t->lda, ldb = t->ldb, k = t->k, panel_stride = t->panel_stride;
#pragma clang loop unroll_count(4)
    for (int64_t i = 0; i < k; i++) {
        vf column[8];
#pragma clang loop unroll(full)
        for (int p = 0; p < panels; p++)
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) column[p * vectors + v] = load(b + p * panel_stride + v * W);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors * W; v += 16)
            if (panels == 1) __builtin_prefetch(b + prefetch_rows * ldb + v);
        b += ldb;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            vf x = splat(a[r * lda + i]);
#pragma clang loop unroll(full)
            for (int v = 0; v < width; v++) {
                sum[r][v] = fma_v(x, column[v], sum[r][v]);
                IN_REGISTER(sum[r][v]);
            }
        }
    }
    float *const c0 = t->c;
    const int64_t ldc = t->ldc;
    const bool affine = t->scale || t->shift, add = t->add, relu = t->relu;
#pragma clang loop unroll(full)
    for (int v = 0; v < width; v++) {
        vf bias = splat(-0.0f), scale = splat(1), shift = splat(0); // x + -0 is x, also for -0
        if (t->bias) bias = load(t->bias + v * W);
        if (t->scale) scale = load(t->scale + v * W);
        if (t->shift) shift = load(t->shift + v * W);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            float *c = c0 + r * ldc + v * W;
            vf y = sum[r][v];
            if (add) y = y + load(c);
            y = y + bias;
            if (affine) y = fma_v(y, scale, shift);
            if (relu) y = max_v(splat(0), y);
            store(c, y);
        }
    }
}

typedef void (*tile_fn)(const tile_args *t);

#define TILE(name, rows, vectors, panels)                                                                              \
    static __attribute__((noinline)) void name(const tile_args *t) { tile(rows, vectors, panels, t); }
TILE(tile_1x2, 1, 2, 1)
TILE(tile_2x2, 2, 2, 1)
TILE(tile_3x2, 3, 2, 1)
TILE(tile_4x2, 4, 2, 1)
TILE(tile_5x2, 5, 2, 1)
TILE(tile_6x2, 6, 2, 1)
TILE(tile_1x1, 1, 1, 1)
TILE(tile_2x1, 2, 1, 1)
TILE(tile_3x1, 3, 1, 1)
TILE(tile_4x1, 4, 1, 1)
TILE(tile_5x1, 5, 1, 1)
TILE(tile_6x1, 6, 1, 1)
TILE(tile_1x2x4, 1, 2, 4)
TILE(tile_2x2x2, 2, 2, 2)
TILE(tile_3x2x2, 3, 2, 2)
#if GEMM_ROWS == 12
TILE(tile_7x2, 7, 2, 1)
TILE(tile_8x2, 8, 2, 1)
TILE(tile_9x2, 9, 2, 1)
TILE(tile_10x2, 10, 2, 1)
TILE(tile_11x2, 11, 2, 1)
TILE(tile_12x2, 12, 2, 1)
TILE(tile_7x1, 7, 1, 1)
TILE(tile_8x1, 8, 1, 1)
TILE(tile_9x1, 9, 1, 1)
TILE(tile_10x1, 10, 1, 1)
TILE(tile_11x1, 11, 1, 1)
TILE(tile_12x1, 12, 1, 1)
#endif
#undef TILE

// By vectors a panel, then rows.
static const tile_fn tiles[2][GEMM_ROWS + 1] = {
    {
        NULL, tile_1x1, tile_2x1, tile_3x1, tile_4x1, tile_5x1, tile_6x1,
#if GEMM_ROWS == 12
        tile_7x1, tile_8x1, tile_9x1, tile_10x1, tile_11x1, tile_12x1,
#endif
    },
    {
        NULL, tile_1x2, tile_2x2, tile_3x2, tile_4x2, tile_5x2, tile_6x2,
#if GEMM_ROWS == 12
        tile_7x2, tile_8x2, tile_9x2, tile_10x2, tile_11x2, tile_12x2,
#endif
    },
};

// A product whose right-hand side comes panel by panel.
typedef struct product {
    int64_t m, n, k;
    const float *a;
    int64_t lda;
    float *c;
    int64_t ldc;
    slipway_epilogue epilogue;
} product;

// One step: rows [m0, m1), columns [column, column + columns), K [k0, k0 + kc).
typedef struct panel_step {
    int64_t m0, m1, column, columns, k0, kc;
    const float *b;
    int64_t ldb, panel_stride;
    int vectors, panels;
} panel_step;

static void copy_floats(float *to, const float *from, int64_t n) {
    for (int64_t i = 0; i < n; i++) to[i] = from[i];
}

static const float *padded(const float *values, int64_t column, int64_t columns, float *buffer) {
    if (values == NULL) return NULL;
    if (buffer == NULL) return values + column;
    copy_floats(buffer, values + column, columns);
    return buffer;
}

static void multiply_panel(const product *job, const panel_step *s) {
    const slipway_epilogue *e = &job->epilogue;
    const bool first = s->k0 == 0, last = s->k0 + s->kc >= job->k;
    const int width = s->panels * s->vectors * W;
    const bool whole = s->columns == width;
    float edge[GEMM_ROWS * panel_columns];
    float bias[panel_columns], scale[panel_columns], shift[panel_columns];
    tile_args t = {
        .k = s->kc, .lda = job->lda, .b = s->b, .ldb = s->ldb, .panel_stride = s->panel_stride,
        .add = !first || e->accumulate,
    };
    if (!whole) {
        for (int i = 0; i < panel_columns; i++) bias[i] = scale[i] = shift[i] = 0;
        for (int i = 0; i < GEMM_ROWS * panel_columns; i++) edge[i] = 0;
    }
    if (last) {
        t.bias = padded(e->bias, s->column, s->columns, whole ? NULL : bias);
        t.scale = padded(e->scale, s->column, s->columns, whole ? NULL : scale);
        t.shift = padded(e->shift, s->column, s->columns, whole ? NULL : shift);
        t.relu = e->activation == SLIPWAY_ACT_RELU;
    }
    const bool activate = last && e->activation != SLIPWAY_ACT_NONE && e->activation != SLIPWAY_ACT_RELU;
    slipway_epilogue local = *e;
    if (local.alpha) local.alpha += s->column;
    if (local.gate_scale) local.gate_scale += s->column;
    if (local.gate_shift) local.gate_shift += s->column;

    // Rows are spread evenly over the tiles: 13 rows are 7 and 6, not 12 and 1.
    const int64_t tile_count = (s->m1 - s->m0 + GEMM_ROWS - 1) / GEMM_ROWS;
    const int64_t base = (s->m1 - s->m0) / tile_count, extra = (s->m1 - s->m0) % tile_count;
    int64_t row = s->m0;
    for (int64_t i = 0; i < tile_count; i++) {
        const int64_t rows = base + (i < extra);
        float *c = job->c + row * job->ldc + s->column;
        tile_fn run = tiles[s->vectors - 1][rows];
        if (s->panels == 4) run = tile_1x2x4;
        if (s->panels == 2) run = rows == 3 ? tile_3x2x2 : tile_2x2x2;
        t.a = job->k > 0 ? job->a + row * job->lda + s->k0 : NULL;
        t.c = whole ? c : edge;
        t.ldc = whole ? job->ldc : width;
        if (!whole && t.add)
            for (int64_t r = 0; r < rows; r++) copy_floats(edge + r * width, c + r * job->ldc, s->columns);
        run(&t);
        if (!whole)
            for (int64_t r = 0; r < rows; r++) copy_floats(c + r * job->ldc, edge + r * width, s->columns);
        if (activate) activate_matrix(e->activation, false, rows, s->columns, c, job->ldc, c, job->ldc, &local);
        row += rows;
    }
}

// K in even blocks of at most k_block_most; one empty block where K is 0.
INLINE int64_t k_block(int64_t k) {
    int64_t count = (k + k_block_most - 1) / k_block_most;
    return count > 1 ? (k + count - 1) / count : k;
}
