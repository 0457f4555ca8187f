// Packing, rounding of inputs, the definition of the products, and the choice of a variant.
#pragma clang fp contract(off)
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "../checks.h"
#include "variants.h"

#define BLOCK 16

static int64_t group(int32_t form) { return form == SLIPWAY_REDUCED_INT8 ? 4 : 2; }
static int64_t code_bytes(int32_t form) { return form == SLIPWAY_REDUCED_INT8 ? 1 : 2; }
static bool known(int32_t form) { return form == SLIPWAY_REDUCED_BF16 || form == SLIPWAY_REDUCED_INT8; }

static int64_t product(int64_t a, int64_t b) {
    int64_t result;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &result) || result > INT64_MAX / 8) return -1;
    return result;
}

static int64_t rounded(int64_t count, int64_t step) {
    return count < 0 || count > INT64_MAX / 8 ? -1 : (count + step - 1) / step * step;
}

int32_t slipway_reduced_runs(int32_t isa, int32_t form) {
    if (!known(form)) return 0;
    if (isa == SLIPWAY_REDUCED_SCALAR) return 1;
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (isa == SLIPWAY_REDUCED_AVX512)
        return wide && (form == SLIPWAY_REDUCED_BF16 ? __builtin_cpu_supports("avx512bf16")
                                                     : __builtin_cpu_supports("avx512vnni"));
    if (isa == SLIPWAY_REDUCED_AVX_VNNI) return form == SLIPWAY_REDUCED_INT8 && slipway_has_avx_vnni();
#endif
    return 0;
}

int64_t slipway_reduced_packed_bytes(int32_t form, int64_t n, int64_t k) {
    return known(form) ? product(product(rounded(n, BLOCK), rounded(k, group(form))), code_bytes(form)) : -1;
}

// Rows of codes, and a byte for each row that has a NaN.
int64_t slipway_reduced_scratch_bytes(int32_t form, int64_t m, int64_t k) {
    if (!known(form) || m < 0 || rounded(k, group(form)) < 0) return -1;
    int64_t rows = m < SLIPWAY_REDUCED_BLOCK_ROWS ? m : SLIPWAY_REDUCED_BLOCK_ROWS;
    int64_t codes = product(rows, slipway_reduced_row_bytes(group(form), k));
    return codes < 0 ? -1 : codes + rows;
}

int32_t slipway_reduced_pack(
    int32_t form, int64_t n, int64_t k, const void *codes, void *packed, int32_t *sums) {
    int64_t bytes = slipway_reduced_packed_bytes(form, n, k);
    if (bytes < 0 || (bytes > 0 && packed == NULL) || (n > 0 && k > 0 && codes == NULL)) return SLIPWAY_BAD_ARGUMENT;
    if (bytes > 0) memset(packed, 0, (size_t)bytes);
    int64_t g = group(form), groups = (k + g - 1) / g;
    for (int64_t j = 0; j < n; j++) {
        int32_t sum = 0;
        for (int64_t i = 0; i < k; i++) {
            int64_t to = ((j / BLOCK * groups + i / g) * BLOCK + j % BLOCK) * g + i % g;
            if (form == SLIPWAY_REDUCED_INT8) {
                ((int8_t *)packed)[to] = ((const int8_t *)codes)[j * k + i];
                sum += ((const int8_t *)codes)[j * k + i];
            } else {
                ((uint16_t *)packed)[to] = ((const uint16_t *)codes)[j * k + i];
            }
        }
        if (sums != NULL) sums[j] = sum;
    }
    return SLIPWAY_OK;
}

static void round_inputs(int32_t form, const slipway_reduced_args *g, int64_t step, uint8_t *nan_rows) {
    float inverse = form == SLIPWAY_REDUCED_INT8 ? 1 / g->weight->input_scale : 1;
    float zero = (float)g->weight->input_zero;
    for (int64_t i = 0; i < g->m; i++) {
        const float *a = g->a + i * g->lda;
        int nan = 0;
        for (int64_t k = 0; k < g->k; k++) nan |= a[k] != a[k];
        nan_rows[i] = (uint8_t)nan;
        if (form == SLIPWAY_REDUCED_INT8) {
            uint8_t *to = (uint8_t *)g->scratch + i * step;
            for (int64_t k = 0; k < g->k; k++) to[k] = slipway_u8_code(a[k], inverse, zero);
            for (int64_t k = g->k; k < step; k++) to[k] = 0;
        } else {
            uint16_t *to = (uint16_t *)g->scratch + i * step;
            for (int64_t k = 0; k < g->k; k++) to[k] = slipway_bf16_bits(a[k]);
            for (int64_t k = g->k; k < step; k++) to[k] = 0;
        }
    }
}

void slipway_reduced_block_bf16_scalar(const slipway_reduced_args *g, int64_t step, int64_t j0, float *out) {
    const uint16_t *panel = (const uint16_t *)g->weight->packed + j0 * step;
    for (int64_t i = 0; i < g->m; i++) {
        const uint16_t *a = (const uint16_t *)g->scratch + i * step;
        double sum[BLOCK] = {0};
        for (int64_t k = 0; k < step; k += 2) {
            const uint16_t *w = panel + k * BLOCK;
            double first = slipway_bf16_float(a[k]), second = slipway_bf16_float(a[k + 1]);
            for (int64_t j = 0; j < BLOCK; j++)
                sum[j] += first * slipway_bf16_float(w[2 * j]) + second * slipway_bf16_float(w[2 * j + 1]);
        }
        for (int64_t j = 0; j < BLOCK; j++) out[i * BLOCK + j] = (float)sum[j];
    }
}

void slipway_reduced_block_int8_scalar(const slipway_reduced_args *g, int64_t step, int64_t j0, float *out) {
    const int8_t *panel = (const int8_t *)g->weight->packed + j0 * step;
    for (int64_t i = 0; i < g->m; i++) {
        const uint8_t *a = (const uint8_t *)g->scratch + i * step;
        int32_t sum[BLOCK] = {0};
        for (int64_t k = 0; k < step; k += 4) {
            const int8_t *w = panel + k * BLOCK;
            for (int64_t j = 0; j < BLOCK; j++)
                sum[j] += a[k] * w[4 * j] + a[k + 1] * w[4 * j + 1] + a[k + 2] * w[4 * j + 2] + a[k + 3] * w[4 * j + 3];
        }
        slipway_reduced_scale_int8(g, j0, sum, out + i * BLOCK);
    }
}

// Rows are rounded, multiplied 16 outputs at a time and finished: their products stay in the cache.
static int32_t multiply_blocks(int32_t form, const slipway_reduced_args *args, slipway_reduced_block_fn block) {
    enum { rows = SLIPWAY_REDUCED_BLOCK_ROWS };
    const int64_t step = rounded(args->k, group(form));
    const slipway_kernels *kernels = slipway_kernels_current();
    slipway_epilogue last = {0};
    if (args->epilogue != NULL) last = *args->epilogue;
    const bool adds = last.accumulate != 0;
    last.accumulate = 0;
    float products[rows * BLOCK];
    uint8_t nan_rows[rows];
    for (int64_t first = 0; first < args->m; first += rows) {
        slipway_reduced_args part = *args;
        part.m = args->m - first < rows ? args->m - first : rows;
        if (args->k > 0) part.a = args->a + first * args->lda;
        float *c = part.c = args->c + first * args->ldc;
        round_inputs(form, &part, step, nan_rows);
        for (int64_t j0 = 0; j0 < args->n; j0 += BLOCK) {
            block(&part, step, j0, products);
            const int64_t columns = args->n - j0 < BLOCK ? args->n - j0 : BLOCK;
            for (int64_t i = 0; i < part.m; i++)
                for (int64_t j = 0; j < columns; j++) {
                    const float value = nan_rows[i] ? NAN : products[i * BLOCK + j];
                    float *to = &c[i * args->ldc + j0 + j];
                    *to = adds ? *to + value : value;
                }
        }
        if (args->epilogue == NULL) continue;
        const int32_t status = kernels->activate(part.m, args->n, c, args->ldc, c, args->ldc, &last);
        if (status != SLIPWAY_OK) return status;
    }
    return SLIPWAY_OK;
}

int32_t slipway_reduced_gemm(int32_t isa, int32_t form, const slipway_reduced_args *args) {
    slipway_reduced_args g = *args;
    if (!slipway_reduced_runs(isa, form) || !slipway_matrix_ok(g.m, g.k, g.a, g.lda)
        || !slipway_matrix_ok(g.m, g.n, g.c, g.ldc) || !slipway_epilogue_ok(g.epilogue))
        return SLIPWAY_BAD_ARGUMENT;
    if (slipway_reduced_scratch_bytes(form, g.m, g.k) < 0 || slipway_reduced_packed_bytes(form, g.n, g.k) < 0)
        return SLIPWAY_BAD_ARGUMENT;
    if (g.m == 0 || g.n == 0) return SLIPWAY_OK;
    if (g.scratch == NULL || g.weight == NULL || (g.k > 0 && g.weight->packed == NULL)) return SLIPWAY_BAD_ARGUMENT;
    // 127 · 255 · K stays within 31 bits.
    if (form == SLIPWAY_REDUCED_INT8
        && (g.k > 1 << 16 || g.weight->scale == NULL || g.weight->sum == NULL || !(g.weight->input_scale > 0) || g.weight->input_zero < 0
            || g.weight->input_zero > 255))
        return SLIPWAY_BAD_ARGUMENT;
#if defined(__x86_64__)
    if (isa == SLIPWAY_REDUCED_AVX512) {
        if (form == SLIPWAY_REDUCED_INT8)
            slipway_reduced_gemm_int8_avx512(&g);
        else
            slipway_reduced_gemm_bf16_avx512(&g);
        return SLIPWAY_OK;
    }
#endif
    slipway_reduced_block_fn block = slipway_reduced_block_for(isa, form);
    return block == NULL ? SLIPWAY_BAD_ARGUMENT : multiply_blocks(form, &g, block);
}

slipway_reduced_block_fn slipway_reduced_block_for(int32_t isa, int32_t form) {
    bool int8 = form == SLIPWAY_REDUCED_INT8;
    switch (isa) {
    case SLIPWAY_REDUCED_SCALAR: return int8 ? slipway_reduced_block_int8_scalar : slipway_reduced_block_bf16_scalar;
#if defined(__x86_64__)
    case SLIPWAY_REDUCED_AVX_VNNI: return int8 ? slipway_reduced_block_int8_avxvnni : NULL;
#endif
    default: return NULL;
    }
}
