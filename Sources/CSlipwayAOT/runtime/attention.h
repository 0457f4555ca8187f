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
