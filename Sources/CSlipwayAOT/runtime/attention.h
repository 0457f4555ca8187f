// Target attention: a layer over queries, steps and their products, and the layers over it, block by block.
#pragma once

// The layers run on blocks of this many steps, a multiple of every register tile's rows.
enum { attention_block = 96 };

// Queries whose matrices are made at once: weights are read once for them.
enum { attention_queries = 4 };

// step_weight + diag(q) · product_weight of `count` queries, `ldq` apart, all packed as [N, K] weights are, `size` floats from
// one to the next; q has `narrow` elements, zeros follow.
LOCAL inline __attribute__((always_inline)) void fold_some(
    const int count, int64_t n, int64_t k, int64_t narrow, const float *q, int64_t ldq, const float *step_weight,
    const float *product_weight, float *out, int64_t size) {
    for (int64_t column = 0; column < n; column += panel_columns) {
        const int width = n - column > W ? 2 : 1;
        for (int64_t i = 0; i < k; i++) {
            for (int v = 0; v < width; v++) {
                const vf product = load(product_weight + v * W), own = load(step_weight + v * W);
                for (int c = 0; c < count; c++)
                    store(out + c * size + v * W, fma_v(splat(i < narrow ? q[c * ldq + i] : 0), product, own));
            }
            out += width * W;
            step_weight += width * W;
            product_weight += width * W;
        }
    }
}

LOCAL void fold_queries(
    int64_t count, int64_t n, int64_t k, int64_t narrow, const float *q, int64_t ldq, const float *step_weight,
    const float *product_weight, float *out, int64_t size) {
    if (n == 1) {
        for (int64_t c = 0; c < count; c++)
            for (int64_t i = 0; i < k; i++)
                out[c * size + i] = step_weight[i] + (i < narrow ? q[c * ldq + i] : 0) * product_weight[i];
        return;
    }
    if (count == attention_queries)
        return fold_some(attention_queries, n, k, narrow, q, ldq, step_weight, product_weight, out, size);
    for (int64_t c = 0; c < count; c++)
        fold_some(1, n, k, narrow, q + c * ldq, ldq, step_weight, product_weight, out + c * size, size);
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
    float *matrix;          // of attention_queries queries
    int64_t matrix_size;    // floats of each
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
    const int64_t bytes = bf16 ? slipway_reduced_row_bytes(reduced_bf16_group, t->width) : 0;
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
            const int64_t place = q % attention_queries;
            if (place == 0) {
                const int64_t count = queries - q < attention_queries ? queries - q : attention_queries;
                const float *query = t->query + row * t->ldq;
                if (!bf16)
                    fold_queries(
                        count, t->columns, t->width, t->narrow, query, t->ldq, t->steps, t->products, t->matrix,
                        t->matrix_size);
#if defined(REDUCED_PRODUCTS)
                if (bf16)
                    reduced_fold(
                        count, t->columns, t->width, t->narrow, query, t->ldq, t->plain_steps, t->plain_products,
                        t->matrix, t->matrix_size * 4);
#endif
            }
            const float *matrix = t->matrix + place * t->matrix_size;
            epilogue.bias = t->shares + row * t->columns;
            for (int64_t i = 0, m; i < length; i += m) {
                const int64_t room = attention_block - (step - first);
                m = length - i < room ? length - i : room;
                float *c = t->layers ? t->block + (step - first) * t->columns : t->out + step * t->ldo;
                const int64_t ldc = t->layers ? t->columns : t->ldo;
#if defined(REDUCED_PRODUCTS)
                if (bf16)
                    reduced_multiply_steps(
                        m, t->columns, t->width, (const char *)t->codes + i * bytes, matrix, c, ldc, &epilogue);
#endif
                if (!bf16)
                    TRY(multiply(
                        m, t->columns, t->width, s + i * t->lds, t->lds, (weight){matrix}, c, ldc, &epilogue));
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
