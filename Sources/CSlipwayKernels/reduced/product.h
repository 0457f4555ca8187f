// Products in fewer bits on AVX-512, 16 sums a register; included once a form, after these are defined:
//   KIND(name)                the form's own name for a piece; `gemm` is what others call
//   TARGET                    the attribute of its functions
//   KIND(group)               inputs in four bytes of codes
//   KIND(sums)                type: 16 sums
//   KIND(columns)             type: what belongs to 16 outputs; KIND(load_columns)(g, j, mask) reads it
//   KIND(start)(own)          sums before the first product
//   KIND(dot)(sums, word, w)  sums with the products of one step: four bytes of a row, 64 of weights
//   KIND(floats)(sums, own)   sums as float32
//   KIND(round_row)(g, a, to, stride)  rounds a row of K inputs to `stride` bytes; true where one is a NaN that no code holds
// and, once, `reduced_activate(m, n, c, ldc, epilogue)`: an activation that is not fused, on what is multiplied.

// C [rows, vectors * 16] of codes whose K is `words` groups.
TARGET REDUCED_INLINE void KIND(tile)(const int rows, const int vectors, const reduced_tile *t) {
    KIND(sums) sum[reduced_tile_rows][8];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        const int64_t j = t->column + v * 16;
        const KIND(columns) own = KIND(load_columns)(t->args, j, reduced_mask(t->n - j));
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) sum[r][v] = KIND(start)(&own);
    }
    const char *a = t->a, *b = t->b;
    const int64_t lda = t->lda, words = t->words, block_stride = t->block_stride;
#pragma clang loop unroll_count(4)
    for (int64_t i = 0; i < words; i++) {
        __m512i column[8];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            column[v] = _mm512_loadu_si512(b + v * block_stride + i * 64);
            if (vectors <= 2) __builtin_prefetch(b + v * block_stride + (i + 16) * 64);
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            int32_t word;
            memcpy(&word, a + r * lda + i * 4, 4);
            const __m512i x = _mm512_set1_epi32(word);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                sum[r][v] = KIND(dot)(sum[r][v], x, column[v]);
                __asm__ volatile("" : "+v"(sum[r][v]) : : "memory"); // holds the sum in its register
            }
        }
    }
    float *const c0 = t->c;
    const int64_t ldc = t->ldc;
    const slipway_epilogue *e = &t->epilogue;
    const bool affine = e->scale || e->shift, add = e->accumulate != 0, relu = e->activation == SLIPWAY_ACT_RELU;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
        const int64_t j = t->column + v * 16;
        const __mmask16 mask = reduced_mask(t->n - j);
        const __m512 nothing = _mm512_set1_ps(-0.0f); // x + -0 is x, also for -0
        __m512 bias = nothing, scale = _mm512_set1_ps(1), shift = nothing;
        if (e->bias) bias = _mm512_maskz_loadu_ps(mask, e->bias + j);
        if (e->scale) scale = _mm512_maskz_loadu_ps(mask, e->scale + j);
        if (e->shift) shift = _mm512_maskz_loadu_ps(mask, e->shift + j);
        const KIND(columns) own = KIND(load_columns)(t->args, j, mask);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            float *c = c0 + r * ldc + j;
            __m512 y = KIND(floats)(sum[r][v], &own);
            if (add) y = _mm512_add_ps(y, _mm512_maskz_loadu_ps(mask, c));
            y = _mm512_add_ps(y, bias);
            if (affine) y = _mm512_fmadd_ps(y, scale, shift);
            if (relu) y = _mm512_max_ps(_mm512_setzero_ps(), y);
            _mm512_mask_storeu_ps(c, mask, y);
        }
    }
}

#define TILE(rows, vectors)                                                                                            \
    TARGET static __attribute__((noinline)) void KIND(tile_##rows##x##vectors)(const reduced_tile *t) {                \
        KIND(tile)(rows, vectors, t);                                                                                  \
    }
TILE(1, 1)
TILE(2, 1)
TILE(3, 1)
TILE(4, 1)
TILE(5, 1)
TILE(6, 1)
TILE(7, 1)
TILE(8, 1)
TILE(9, 1)
TILE(10, 1)
TILE(11, 1)
TILE(12, 1)
TILE(4, 2)
TILE(5, 2)
TILE(6, 2)
TILE(7, 2)
TILE(8, 2)
TILE(9, 2)
TILE(10, 2)
TILE(11, 2)
TILE(12, 2)
TILE(1, 8)
TILE(1, 4)
TILE(2, 4)
TILE(3, 4)
TILE(1, 2)
TILE(2, 2)
TILE(3, 2)
#undef TILE

static const reduced_tile_fn KIND(tiles)[4][reduced_tile_rows + 1] = {
    {NULL, KIND(tile_1x1), KIND(tile_2x1), KIND(tile_3x1), KIND(tile_4x1), KIND(tile_5x1), KIND(tile_6x1),
     KIND(tile_7x1), KIND(tile_8x1), KIND(tile_9x1), KIND(tile_10x1), KIND(tile_11x1), KIND(tile_12x1)},
    {NULL, KIND(tile_1x2), KIND(tile_2x2), KIND(tile_3x2), KIND(tile_4x2), KIND(tile_5x2), KIND(tile_6x2),
     KIND(tile_7x2), KIND(tile_8x2), KIND(tile_9x2), KIND(tile_10x2), KIND(tile_11x2), KIND(tile_12x2)},
    {NULL, KIND(tile_1x4), KIND(tile_2x4), KIND(tile_3x4)},
    {NULL, KIND(tile_1x8)},
};

// Codes of M rows, `lda` bytes apart, times packed weights. Activations other than ReLU are left to the caller.
TARGET static void KIND(multiply)(
    const slipway_reduced_args *g, int64_t m, const char *codes, int64_t lda, float *c, const slipway_epilogue *e) {
    const int64_t words = reduced_words(KIND(group), g->k);
    reduced_tile t = {.args = g, .n = g->n, .words = words, .lda = lda, .block_stride = words * 64, .ldc = g->ldc, .epilogue = *e};
    const int64_t tile_count = (m + reduced_tile_rows - 1) / reduced_tile_rows;
    const int64_t base = m / tile_count, extra = m % tile_count;
    // Few rows leave few independent sums: then several blocks of columns at once.
    const int widest = m == 1 ? 3 : m <= 3 ? 2 : 1;
    const int64_t blocks = (g->n + 15) / 16;
    int shape;
    for (int64_t block = 0; block < blocks; block += (int64_t)1 << shape) {
        for (shape = widest; blocks - block < (int64_t)1 << shape;) shape--;
        t.column = block * 16;
        t.b = (const char *)g->weight->packed + block * t.block_stride;
        int64_t row = 0;
        for (int64_t i = 0; i < tile_count; i++) {
            const int64_t rows = base + (i < extra);
            t.a = codes + row * lda;
            t.c = c + row * g->ldc;
            KIND(tiles)[shape][rows](&t);
            row += rows;
        }
    }
}

// The whole product: rows are rounded and multiplied block by block, so that their codes stay in the cache.
TARGET static void KIND(gemm)(const slipway_reduced_args *g) {
    const int64_t stride = slipway_reduced_row_bytes(KIND(group), g->k);
    slipway_epilogue fused = {0}, rest = {0};
    if (g->epilogue) fused = rest = *g->epilogue;
    const bool activates = fused.activation != SLIPWAY_ACT_NONE && fused.activation != SLIPWAY_ACT_RELU;
    for (int64_t first = 0; first < g->m; first += reduced_block_rows) {
        const int64_t rows = g->m - first < reduced_block_rows ? g->m - first : reduced_block_rows;
        char *codes = g->scratch;
        bool nan_rows[reduced_block_rows];
        bool nan = false;
        for (int64_t r = 0; r < rows; r++) {
            const float *a = g->k > 0 ? g->a + (first + r) * g->lda : NULL;
            nan |= nan_rows[r] = KIND(round_row)(g, a, codes + r * stride, stride);
        }
        float *c = g->c + first * g->ldc;
        KIND(multiply)(g, rows, codes, stride, c, &fused);
        if (activates) reduced_activate(rows, g->n, c, g->ldc, &rest);
        for (int64_t r = 0; nan && r < rows; r++)
            for (int64_t j = 0; nan_rows[r] && j < g->n; j++) c[r * g->ldc + j] = __builtin_nanf("");
    }
}

#undef KIND
#undef TARGET
