// The kernels as generated code calls them: compiled into it for one target, without a C library.
#pragma once
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "slipway_aot.h"

#include "checks.h"

#pragma clang fp contract(off)

// Clang may make calls of these out of loops and copies.
#pragma clang attribute push(__attribute__((visibility("hidden"), no_builtin)), apply_to = function)
void *memcpy(void *restrict to, const void *restrict from, __SIZE_TYPE__ count) {
    unsigned char *out = to;
    const unsigned char *in = from;
    for (__SIZE_TYPE__ i = 0; i < count; i++) out[i] = in[i];
    return to;
}
void *memmove(void *to, const void *from, __SIZE_TYPE__ count) {
    unsigned char *out = to;
    const unsigned char *in = from;
    if (out < in)
        for (__SIZE_TYPE__ i = 0; i < count; i++) out[i] = in[i];
    else
        while (count-- > 0) out[count] = in[count];
    return to;
}
void *memset(void *to, int value, __SIZE_TYPE__ count) {
    unsigned char *out = to;
    for (__SIZE_TYPE__ i = 0; i < count; i++) out[i] = (unsigned char)value;
    return to;
}
#pragma clang attribute pop

// What a model does not call is left out of its object.
#pragma clang attribute push(__attribute__((internal_linkage)), apply_to = function)

#define ISA aot
#if defined(__AVX512F__)
#define W 16
#define MASK_REGISTERS
#define GEMM_ROWS 12
#elif defined(__AVX2__)
#define W 8
#define GEMM_ROWS 6
#elif defined(__aarch64__)
#define W 4
#define GEMM_ROWS 12
#else
#error "generated code is for AVX2, AVX-512 or AArch64"
#endif

#include "include/slipway_reduced.h"
#include "vector/vec.h"

#include "vector/activation.h"
#include "vector/elementwise.h"
#include "vector/gemm.h"
#include "vector/row_ops.h"
#include "vector/segments.h"

#if defined(__AVX512F__)
#define REDUCED_PRODUCTS
static void reduced_activate(int64_t m, int64_t n, float *c, int64_t ldc, const slipway_epilogue *e) {
    activate_matrix(e->activation, false, m, n, c, ldc, c, ldc, e);
}
#include "reduced/forms.h"
#include "reduced/steps.h"
#endif

#pragma clang attribute pop

#define EXPORT __attribute__((visibility("default")))
#define LOCAL static __attribute__((unused))

EXPORT int32_t slipway_aot_abi(void) { return SLIPWAY_AOT_ABI; }

EXPORT int64_t slipway_aot_pack_count(int64_t n, int64_t k) {
    if (n < 0 || k < 0 || n > INT64_MAX - panel_columns) return -1;
    const int64_t whole = n / panel_columns * panel_columns, rest = n - whole;
    const int64_t columns = n == 1 ? 1 : whole + (rest > W ? panel_columns : rest > 0 ? W : 0);
    int64_t count;
    return __builtin_mul_overflow(columns, k, &count) ? -1 : count;
}

EXPORT int32_t slipway_aot_pack(int64_t n, int64_t k, const float *weight, int64_t ldw, float *packed) {
    return KERNEL(pack_weights_f32)(n, k, weight, ldw, packed);
}

// Ends a region's function with the status of a kernel that refused its arguments.
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        const int32_t status = (call);                                                                                 \
        if (status != SLIPWAY_OK) return status == SLIPWAY_BAD_LENGTHS ? SLIPWAY_AOT_BAD_LENGTHS : SLIPWAY_AOT_BAD_ARGUMENT; \
    } while (0)

#define CHECK(call)                                                                                                    \
    do {                                                                                                               \
        const int32_t status = (call);                                                                                 \
        if (status != SLIPWAY_AOT_OK) return status;                                                                   \
    } while (0)

// Which forms of fewer bits the machine multiplies in, a bit each, and the host's product, for code that has none of its own; set
// once, before anything runs.
static int32_t reduced_forms;
#if !defined(REDUCED_PRODUCTS)
static int32_t host_isa;
static slipway_aot_product_fn host_product;
#endif

EXPORT int32_t slipway_aot_reduce(int32_t forms, int32_t isa, slipway_aot_product_fn product) {
#if defined(REDUCED_PRODUCTS)
    reduced_forms = isa == SLIPWAY_REDUCED_AVX512 ? forms : 0;
    (void)product;
#else
    reduced_forms = product ? forms : 0;
    host_isa = isa;
    host_product = product;
#endif
    return reduced_forms;
}

// A layer's weight: packed floats, or in fewer bits as well, with room for the codes of a block of rows.
typedef struct weight {
    const void *packed;
    const void *reduced;
    int32_t form; // of `reduced`
    void *codes;
} weight;

LOCAL int32_t multiply(
    int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, weight b, float *c, int64_t ldc,
    const slipway_epilogue *epilogue) {
    if (b.reduced && reduced_forms >> b.form & 1) {
        const slipway_reduced_args args = {
            .m = m, .n = n, .k = k, .a = a, .lda = lda, .weight = b.reduced, .scratch = b.codes, .c = c, .ldc = ldc,
            .epilogue = epilogue,
        };
#if defined(REDUCED_PRODUCTS)
        if (m > 0 && b.form == SLIPWAY_REDUCED_INT8) reduced_int8_gemm(&args);
        if (m > 0 && b.form == SLIPWAY_REDUCED_BF16) reduced_bf16_gemm(&args);
        return SLIPWAY_OK;
#else
        return host_product(host_isa, b.form, &args);
#endif
    }
    const slipway_gemm_args args = {
        .m = m, .n = n, .k = k, .a = a, .lda = lda, .packed = b.packed, .c = c, .ldc = ldc, .epilogue = epilogue,
    };
    return KERNEL(gemm_packed_f32)(&args);
}

LOCAL void copy_rows(int64_t m, int64_t n, const float *x, int64_t ldx, float *y, int64_t ldy) {
    for (int64_t r = 0; r < m; r++)
        for (int64_t i = 0; i < n; i++) y[r * ldy + i] = x[r * ldx + i];
}

// NaN where either is.
LOCAL inline float largest(float a, float b) { return a > b || a != a ? a : b; }
LOCAL inline float smallest(float a, float b) { return a < b || a != a ? a : b; }
LOCAL inline float clamped(float x, float low, float high) { return x < low ? low : x > high ? high : x; }
