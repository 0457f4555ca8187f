// Reference forms of the element-wise and row kernels.
#include "../checks.h"
#include "activation_scalar.h"
#include "scalar.h"

int32_t slipway_activate_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo, const slipway_epilogue *epilogue) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo) || !slipway_epilogue_ok(epilogue) || epilogue->accumulate)
        return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) out[i * ldo + j] = (float)slipway_epilogue_scalar(epilogue, x[i * ldx + j], j);
    return SLIPWAY_OK;
}

static double unary(int32_t op, double x) {
    switch (op) {
    case SLIPWAY_EXP: return exp(x);
    case SLIPWAY_ERF: return erf(x);
    case SLIPWAY_SIGMOID: return slipway_sigmoid_scalar(x);
    case SLIPWAY_TANH: return tanh(x);
    case SLIPWAY_SQRT: return sqrt(x);
    case SLIPWAY_SQUARE: return x * x;
    case SLIPWAY_NEGATE: return -x;
    case SLIPWAY_ABS: return fabs(x);
    case SLIPWAY_RECIPROCAL: return 1 / x;
    default: return log(x);
    }
}

int32_t slipway_unary_f32_scalar(
    int32_t op, int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo) || op < SLIPWAY_EXP || op > SLIPWAY_LOG) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) out[i * ldo + j] = (float)unary(op, x[i * ldx + j]);
    return SLIPWAY_OK;
}

static float binary(int32_t op, float a, float b) {
    switch (op) {
    case SLIPWAY_ADD: return a + b;
    case SLIPWAY_SUB: return a - b;
    case SLIPWAY_MUL: return a * b;
    case SLIPWAY_DIV: return a / b;
    case SLIPWAY_MAX: return a != a || a > b ? a : b;
    case SLIPWAY_MIN: return a != a || a < b ? a : b;
    case SLIPWAY_RSUB: return b - a;
    default: return b / a;
    }
}

int32_t slipway_binary_f32_scalar(
    int32_t op, int32_t broadcast, int64_t m, int64_t n, const float *a, int64_t lda, const float *b, int64_t ldb,
    float *out, int64_t ldo) {
    if (!slipway_binary_ok(op, broadcast, m, n, a, lda, b, ldb, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            int64_t at = broadcast == SLIPWAY_FULL ? i * ldb + j
                : broadcast == SLIPWAY_ROW         ? j
                : broadcast == SLIPWAY_COLUMN      ? i * ldb
                                                   : 0;
            out[i * ldo + j] = binary(op, a[i * lda + j], b[at]);
        }
    return SLIPWAY_OK;
}

int32_t slipway_softmax_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, float scale, const uint8_t *mask, int64_t ldmask, float *out,
    int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo) || !slipway_mask_ok(m, n, mask, ldmask))
        return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++) {
        const float *row = x + i * ldx;
        const uint8_t *keep = mask ? mask + i * ldmask : NULL;
        double top = -INFINITY, sum = 0;
        for (int64_t j = 0; j < n; j++)
            if ((!keep || keep[j]) && (double)row[j] * scale > top) top = (double)row[j] * scale;
        for (int64_t j = 0; j < n; j++)
            if (!keep || keep[j]) sum += exp((double)row[j] * scale - top);
        for (int64_t j = 0; j < n; j++)
            out[i * ldo + j] = !keep || keep[j] ? (float)(exp((double)row[j] * scale - top) / sum) : 0;
    }
    return SLIPWAY_OK;
}

int32_t slipway_layer_norm_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, const float *gamma, const float *beta, float eps, float *out,
    int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++) {
        const float *row = x + i * ldx;
        double mean = 0, variance = 0;
        for (int64_t j = 0; j < n; j++) mean += row[j];
        mean /= (double)n;
        for (int64_t j = 0; j < n; j++) variance += (row[j] - mean) * (row[j] - mean);
        variance /= (double)n;
        for (int64_t j = 0; j < n; j++) {
            double y = (row[j] - mean) / sqrt(variance + eps);
            out[i * ldo + j] = (float)(y * (gamma ? gamma[j] : 1) + (beta ? beta[j] : 0));
        }
    }
    return SLIPWAY_OK;
}

int32_t slipway_row_sum_f32_scalar(int64_t m, int64_t n, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_matrix_ok(m, n, x, ldx) || !slipway_matrix_ok(m, 1, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++) {
        double sum = 0;
        for (int64_t j = 0; j < n; j++) sum += x[i * ldx + j];
        out[i * ldo] = (float)sum;
    }
    return SLIPWAY_OK;
}

int32_t slipway_l2_normalize_f32_scalar(
    int64_t m, int64_t n, const float *x, int64_t ldx, float eps, float *out, int64_t ldo) {
    if (!slipway_map_ok(m, n, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++) {
        double sum = 0;
        for (int64_t j = 0; j < n; j++) sum += (double)x[i * ldx + j] * x[i * ldx + j];
        double norm = sqrt(sum) < eps ? eps : sqrt(sum);
        for (int64_t j = 0; j < n; j++) out[i * ldo + j] = (float)(x[i * ldx + j] / norm);
    }
    return SLIPWAY_OK;
}

int32_t slipway_fm_f32_scalar(
    int64_t m, int64_t fields, int64_t width, const float *x, int64_t ldx, float *out, int64_t ldo) {
    if (!slipway_fm_ok(m, fields, width, x, ldx, out, ldo)) return SLIPWAY_BAD_ARGUMENT;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < width; j++) {
            double sum = 0, squares = 0;
            for (int64_t f = 0; f < fields; f++) {
                double v = x[i * ldx + f * width + j];
                sum += v;
                squares += v * v;
            }
            out[i * ldo + j] = (float)((sum * sum - squares) / 2);
        }
    return SLIPWAY_OK;
}
