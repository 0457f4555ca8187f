#pragma once
// Products with weights of fewer bits than float32: bf16, and int8 with a scale for each output.
//
// Packed weights are the same for every variant: blocks of 16 outputs, in each block groups of 2 (bf16) or 4 (int8) of K, in
// each group the 16 outputs one after the other; what is beyond N or K is zero.
#include "slipway_activation.h"

// Rows that are rounded at a time.
#define SLIPWAY_REDUCED_BLOCK_ROWS 120

typedef enum slipway_reduced_isa {
    SLIPWAY_REDUCED_SCALAR = 0,     // the definition
    SLIPWAY_REDUCED_AVX512 = 1,     // AVX512-BF16 for bf16, AVX512-VNNI for int8
    SLIPWAY_REDUCED_AVX_VNNI = 2,   // 256 bits; int8 only
} slipway_reduced_isa;

typedef enum slipway_reduced_form {
    SLIPWAY_REDUCED_BF16 = 0,
    SLIPWAY_REDUCED_INT8 = 1,
} slipway_reduced_form;

// C [M, N] = epilogue(r(A) [M, K] · W [K, N]), sums in float32 (the definition: in double).
// bf16: r rounds to nearest even. int8: r(a) = clamp(a / input_scale + input_zero rounded to nearest even, 0, 255), and a product is
// (Σ r(a) · w − input_zero · Σ w) · input_scale · scale[n], the same bits in every variant. A row with a NaN gives NaN.
typedef struct slipway_reduced_weight {
    const void *_Nullable packed;
    const float *_Nullable scale; // [N], int8
    const int32_t *_Nullable sum; // [N], int8: Σ w of each output
    float input_scale;            // above 0, int8
    int32_t input_zero;           // 0 to 255, int8
} slipway_reduced_weight;

typedef struct slipway_reduced_args {
    int64_t m, n, k;
    const float *_Nullable a;
    int64_t lda;
    const slipway_reduced_weight *_Nullable weight;
    void *_Nullable scratch;               // slipway_reduced_scratch_bytes, on 4 bytes
    float *_Nullable c;
    int64_t ldc;
    const slipway_epilogue *_Nullable epilogue; // NULL: none
} slipway_reduced_args;

// Whether this machine runs `isa` for `form`.
int32_t slipway_reduced_runs(int32_t isa, int32_t form);

// Bytes from one row of codes to the next, `group` of them being multiplied in a step: whole registers, and no large power of
// two, whose rows would share few places of the cache. K is at most 2^60.
static inline int64_t slipway_reduced_row_bytes(int64_t group, int64_t k) {
    int64_t bytes = (k * (4 / group) + 63) / 64 * 64;
    return bytes % 512 == 0 ? bytes + 64 : bytes;
}

// Bytes of packed weights and of working memory for M rows; -1 where they do not fit an address space.
int64_t slipway_reduced_packed_bytes(int32_t form, int64_t n, int64_t k);
int64_t slipway_reduced_scratch_bytes(int32_t form, int64_t m, int64_t k);

// Codes [N, K], row-major: bf16 bits or int8. `sums` gets Σ w of each output where it is not NULL.
int32_t slipway_reduced_pack(
    int32_t form, int64_t n, int64_t k, const void *_Nullable codes, void *_Nullable packed, int32_t *_Nullable sums);

int32_t slipway_reduced_gemm(int32_t isa, int32_t form, const slipway_reduced_args *_Nonnull args);

// Target attention's first layer in bf16: r(s) · r(Ws + diag(q) · Wp), the matrix made for each query q.
//
// Steps [M, K] are rounded once for all queries, to rows of slipway_reduced_row_bytes(2, K).
int32_t slipway_reduced_round_steps(
    int32_t isa, int64_t m, int64_t k, const float *_Nullable a, int64_t lda, void *_Nullable codes);

// `matrix`, of slipway_reduced_packed_bytes, from Wsᵀ [K, N], Wpᵀ [narrow, N] and a query of `narrow` elements; the rest of Wp is
// zero.
int32_t slipway_reduced_fold(
    int32_t isa, int64_t n, int64_t k, int64_t narrow, const float *_Nullable query, const float *_Nullable steps,
    const float *_Nullable products, void *_Nullable matrix);

// C [M, N] = epilogue(codes · matrix), for rows of slipway_reduced_round_steps.
int32_t slipway_reduced_multiply_steps(
    int32_t isa, int64_t m, int64_t n, int64_t k, const void *_Nullable codes, const void *_Nullable matrix,
    float *_Nullable c, int64_t ldc, const slipway_epilogue *_Nullable epilogue);
