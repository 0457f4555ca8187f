// Kernels over the last dimension of a matrix.
#pragma once
#include "math.h"

// Softmax of scale * x; masked elements are left out and give 0. A row (or segment) with nothing left gives zeros.
INLINE void softmax_row(const bool masked, int64_t n, const float *x, float scale, const uint8_t *mask, float *out) {
    float top = -__builtin_inff();
    bool any = !masked;
    int64_t j = 0;
    if (!masked && n >= W) {
        vf tops = splat(top);
        for (; j + W <= n; j += W) tops = max_v(load(x + j) * splat(scale), tops);
        top = reduce_max_v(tops);
    }
    for (; j < n; j++) {
        if (masked && !mask[j]) continue;
        any = true;
        top = x[j] * scale > top ? x[j] * scale : top;
    }
    if (!any) {
        for (j = 0; j < n; j++) out[j] = 0;
        return;
    }
    vf sums = splat(0);
    for (j = 0; j < n; j += W) {
        int64_t left = n - j < W ? n - j : W;
        vf v = left == W ? load(x + j) : load_part(x + j, left);
        v = exp_v(v * splat(scale) - splat(top));
        if (masked || left < W) {
            float lanes[W];
            store(lanes, v);
            for (int64_t i = 0; i < W; i++)
                if (i >= left || (masked && !mask[j + i])) lanes[i] = 0;
            v = load(lanes);
        }
        sums = sums + v;
        if (left == W)
            store(out + j, v);
        else
            store_part(out + j, v, left);
    }
    float sum = sum_v(sums);
    for (j = 0; j + W <= n; j += W) store(out + j, load(out + j) / splat(sum));
    for (; j < n; j++) out[j] /= sum;
}

int32_t KERNEL(softmax_f32)(
    int64_t m, int64_t n, const float *x, int64_t ldx, float scale, const uint8_t *mask, int64_t ldmask, float *out,
    int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo) || !slipway_mask_ok(m, n, mask, ldmask))
        return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++) {
        if (mask)
            softmax_row(true, n, x + i * ldx, scale, mask + i * ldmask, out + i * ldo);
        else
            softmax_row(false, n, x + i * ldx, scale, NULL, out + i * ldo);
    }
    return SLIPWAY_OK;
}

INLINE float row_total(int64_t n, const float *x) {
    vf sums = splat(0);
    int64_t j = 0;
    for (; j + W <= n; j += W) sums = sums + load(x + j);
    if (j < n) sums = sums + load_part(x + j, n - j);
    return sum_v(sums);
}

int32_t KERNEL(row_sum_f32)(int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_matrix_ok(m, n, x, ldx) || !slipway_matrix_ok(m, 1, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++) out[i * ldo] = row_total(n, x + i * ldx);
    return SLIPWAY_OK;
}

int32_t KERNEL(layer_norm_f32)(
    int64_t m, int64_t n, const float *x, int64_t ldx, const float *gamma, const float *beta, float eps, float *out,
    int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m && n > 0; i++) {
        const float *row = x + i * ldx;
        float *to = out + i * ldo;
        float mean = row_total(n, row) / (float)n;
        vf squares = splat(0);
        int64_t j = 0;
        for (; j + W <= n; j += W) {
            vf d = load(row + j) - splat(mean);
            squares = fma_v(d, d, squares);
        }
        float variance = sum_v(squares);
        for (; j < n; j++) variance += (row[j] - mean) * (row[j] - mean);
        float inverse = 1.0f / __builtin_sqrtf(variance / (float)n + eps);
        for (j = 0; j < n; j += W) {
            int64_t left = n - j < W ? n - j : W;
            vf v = left == W ? load(row + j) : load_part(row + j, left);
            vf g = load_columns(gamma, j, left, 1), b = load_columns(beta, j, left, 0);
            v = fma_v((v - splat(mean)) * splat(inverse), g, b);
            if (left == W)
                store(to + j, v);
            else
                store_part(to + j, v, left);
        }
    }
    return SLIPWAY_OK;
}

int32_t KERNEL(l2_normalize_f32)(
    int64_t m, int64_t n, const float *x, int64_t ldx, float eps, float *out, int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m && n > 0; i++) {
        const float *row = x + i * ldx;
        float *to = out + i * ldo;
        vf squares = splat(0);
        int64_t j = 0;
        for (; j + W <= n; j += W) squares = fma_v(load(row + j), load(row + j), squares);
        float sum = sum_v(squares);
        for (; j < n; j++) sum += row[j] * row[j];
        float norm = __builtin_sqrtf(sum);
        norm = norm < eps ? eps : norm; // keeps NaN
        for (j = 0; j + W <= n; j += W) store(to + j, load(row + j) / splat(norm));
        for (; j < n; j++) to[j] = row[j] / norm;
    }
    return SLIPWAY_OK;
}

int32_t KERNEL(fm_f32)(
    int64_t m, int64_t fields, int64_t width, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_fm_ok(m, fields, width, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++) {
        const float *row = x + i * ldx;
        for (int64_t j = 0; j < width; j += W) {
            int64_t left = width - j < W ? width - j : W;
            vf sum = splat(0), squares = splat(0);
            for (int64_t f = 0; f < fields; f++) {
                const float *p = row + f * width + j;
                vf v = left == W ? load(p) : load_part(p, left);
                sum = sum + v;
                squares = fma_v(v, v, squares);
            }
            vf y = (sum * sum - squares) * splat(0.5f);
            if (left == W)
                store(out + i * ldo + j, y);
            else
                store_part(out + i * ldo + j, y, left);
        }
    }
    return SLIPWAY_OK;
}
