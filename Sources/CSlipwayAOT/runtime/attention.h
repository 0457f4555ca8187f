// Target attention: a layer over queries, steps and their products, and the layers over it, block by block.
#pragma once

// The layers run on blocks of this many steps, a multiple of every register tile's rows.
enum { attention_block = 96 };

// step_weight + diag(q) · product_weight, all packed as [N, K] weights are; q has `narrow` elements, zeros follow.
LOCAL void fold_query(
    int64_t n, int64_t k, int64_t narrow, const float *q, const float *step_weight, const float *product_weight,
    float *out) {
    if (n == 1) {
        for (int64_t i = 0; i < k; i++) out[i] = step_weight[i] + (i < narrow ? q[i] : 0) * product_weight[i];
        return;
    }
    for (int64_t column = 0; column < n; column += panel_columns) {
        const int width = n - column > W ? 2 : 1;
        for (int64_t i = 0; i < k; i++) {
            const vf x = splat(i < narrow ? q[i] : 0);
            for (int v = 0; v < width; v++)
                store(out + v * W, fma_v(x, load(product_weight + v * W), load(step_weight + v * W)));
            out += width * W;
            step_weight += width * W;
            product_weight += width * W;
        }
    }
}

// Everything that the layer and those over it read and write.
typedef struct attention {
    int64_t users;
    const int32_t *lengths; // steps of each user
    const int32_t *counts;  // queries of each user; NULL for one
    int64_t columns, width, narrow;
    const float *query;
    int64_t ldq;
    const float *sequence;
    int64_t lds;
    const float *shares;    // Wq · q + b, a row a query
    const float *steps, *products;                 // Ws and Wp, packed as [N, K]
    const float *plain_steps, *plain_products;     // the same transposed, [K, N]; NULL without bf16
    void *matrix;           // of one query
    void *codes;            // of all steps; NULL without bf16
    float *block, *other;   // attention_block rows
    float *out;
    int64_t ldo;
    slipway_epilogue epilogue;
    // The layers over the first, or NULL.
    int32_t (*layers)(const slipway_aot_call *call, void *scratch, int64_t m, float *block, float *other, float *out, int64_t ldo);
    const slipway_aot_call *call;
    void *scratch;
} attention;

LOCAL int32_t run_layers(const attention *t, int64_t first, int64_t rows) {
    return t->layers(t->call, t->scratch, rows, t->block, t->other, t->out + first * t->ldo, t->ldo);
}

LOCAL inline __attribute__((always_inline)) int32_t attend_as(const bool bf16, const attention *t) {
    slipway_epilogue epilogue = t->epilogue;
    int64_t first = 0, step = 0, row = 0, start = 0;
#if defined(REDUCED_PRODUCTS)
    const int64_t bytes = bf16 ? reduced_stride(2, t->width) : 0;
#endif
    for (int64_t u = 0; u < t->users; u++) {
        const int64_t length = t->lengths[u], queries = t->counts ? t->counts[u] : 1;
        const float *s = t->sequence + start * t->lds;
        start += length;
        if (length == 0) {
            row += queries;
            continue;
        }
#if defined(REDUCED_PRODUCTS)
        if (bf16 && queries > 0) reduced_round_steps(length, t->width, s, t->lds, t->codes);
#endif
        for (int64_t q = 0; q < queries; q++, row++) {
            const float *query = t->query + row * t->ldq;
            epilogue.bias = t->shares + row * t->columns;
            if (!bf16) fold_query(t->columns, t->width, t->narrow, query, t->steps, t->products, t->matrix);
#if defined(REDUCED_PRODUCTS)
            if (bf16)
                reduced_fold(t->columns, t->width, t->narrow, query, t->plain_steps, t->plain_products, t->matrix);
#endif
            for (int64_t i = 0, m; i < length; i += m) {
                const int64_t room = attention_block - (step - first);
                m = length - i < room ? length - i : room;
                float *c = t->layers ? t->block + (step - first) * t->columns : t->out + step * t->ldo;
                const int64_t ldc = t->layers ? t->columns : t->ldo;
#if defined(REDUCED_PRODUCTS)
                if (bf16)
                    reduced_multiply_steps(
                        m, t->columns, t->width, (const char *)t->codes + i * bytes, t->matrix, c, ldc, &epilogue);
#endif
                if (!bf16)
                    TRY(multiply(
                        m, t->columns, t->width, s + i * t->lds, t->lds, (weight){t->matrix}, c, ldc, &epilogue));
                step += m;
                if (step - first < attention_block) continue;
                if (t->layers) CHECK(run_layers(t, first, step - first));
                first = step;
            }
        }
    }
    if (step > first && t->layers) CHECK(run_layers(t, first, step - first));
    return SLIPWAY_AOT_OK;
}

LOCAL int32_t attend(const attention *t) {
#if defined(REDUCED_PRODUCTS)
    if (t->codes && reduced_forms >> SLIPWAY_REDUCED_BF16 & 1) return attend_as(true, t);
#endif
    return attend_as(false, t);
}
