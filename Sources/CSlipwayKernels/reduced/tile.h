// One product in fewer bits for one block of 16 columns; included once a kind, after these are defined:
//   KIND(name)     the kind's own name for a piece; `block` is what others call
//   TARGET         the attribute of its functions
//   TILE           rows that share each read of the weights
//   INPUT, WEIGHT  element types of the inputs and of the packed weights
//   KIND(sum), KIND(weights)      types: 16 sums, and the weights of one step
//   KIND(zero)()                  sums of nothing
//   KIND(load)(panel)             the weights of one step
//   KIND(dot)(sum, word, w)       sums with the products of one step, `word` being four bytes of a row
//   KIND(store)(g, j0, sum, out)  sums as float32

TARGET static inline void KIND(tile)(
    const slipway_reduced_args *g, const INPUT *a, const WEIGHT *panel, int64_t step, int64_t rows, int64_t j0,
    float *out) {
    KIND(sum) sum[TILE];
    for (int r = 0; r < TILE; r++) sum[r] = KIND(zero)();
    for (int64_t k = 0; k < step; k += 4 / (int64_t)sizeof(INPUT)) {
        KIND(weights) w = KIND(load)(panel + k * 16);
        for (int r = 0; r < TILE; r++) {
            if (r >= rows) continue;
            int32_t word;
            memcpy(&word, a + r * step + k, 4);
            sum[r] = KIND(dot)(sum[r], word, w);
        }
    }
    for (int r = 0; r < rows; r++) KIND(store)(g, j0, sum[r], out + r * 16);
}

TARGET void KIND(block)(const slipway_reduced_args *g, int64_t step, int64_t j0, float *out) {
    const WEIGHT *panel = (const WEIGHT *)g->weight->packed + j0 * step;
    const INPUT *a = g->scratch;
    int64_t i = 0;
    for (; i + TILE <= g->m; i += TILE) KIND(tile)(g, a + i * step, panel, step, TILE, j0, out + i * 16);
    for (; i < g->m; i++) KIND(tile)(g, a + i * step, panel, step, 1, j0, out + i * 16);
}

#undef KIND
#undef TARGET
#undef TILE
#undef INPUT
#undef WEIGHT
