#pragma once
// Kernels of Slipway: one table of functions per instruction set, picked at run time.
//
// Every function is reentrant, allocates nothing and keeps no state. Strides (`ld…`) count elements from the start of
// one row to the start of the next unless the name says bytes. Pointers need no alignment beyond their element's. Zero
// rows, columns or bags are fine and then no pointer is read. Shape letters: M rows, N columns, K inner size, B bags
// or segments, D width.
#include "slipway_elementwise.h"
#include "slipway_embedding.h"
#include "slipway_gemm.h"
#include "slipway_segments.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slipway_isa {
    SLIPWAY_ISA_SCALAR = 0,       // the reference: obvious loops, accumulating in double
    SLIPWAY_ISA_AVX2 = 1,         // with FMA and F16C
    SLIPWAY_ISA_AVX512 = 2,       // F, BW, DQ, VL
    SLIPWAY_ISA_NEON = 3,
    SLIPWAY_ISA_AVX512_SHAPE = 4, // the AVX-512 source compiled for AVX2: for tests on machines without AVX-512
} slipway_isa;

typedef struct slipway_kernels {
    int32_t isa;
    int32_t vector_width; // float32 lanes
    int32_t gemm_rows;    // rows of the register tile
    int32_t gemm_columns; // columns of the register tile = of one panel of packed weights
    const char *_Nonnull name;

    slipway_quantize_rows_fn _Nonnull quantize_rows;
    slipway_dequantize_rows_fn _Nonnull dequantize_rows;
    slipway_embedding_bag_fn _Nonnull embedding_bag;
    slipway_embedding_lookup_fn _Nonnull embedding_lookup;

    slipway_pack_weights_fn _Nonnull pack_weights;
    slipway_gemm_fn _Nonnull gemm;
    slipway_bmm_fn _Nonnull bmm;
    slipway_interact_fn _Nonnull interact;

    slipway_unary_fn _Nonnull unary;
    slipway_binary_fn _Nonnull binary;
    slipway_activate_fn _Nonnull activate;
    slipway_softmax_fn _Nonnull softmax;
    slipway_layer_norm_fn _Nonnull layer_norm;
    slipway_row_sum_fn _Nonnull row_sum;
    slipway_l2_normalize_fn _Nonnull l2_normalize;
    slipway_fm_fn _Nonnull fm;

    slipway_segment_softmax_fn _Nonnull segment_softmax;
    slipway_segment_sum_fn _Nonnull segment_sum;
    slipway_attention_input_fn _Nonnull attention_input;

    // Multiplies and adds from registers as fast as a core can; gives how many operations that were.
    int64_t (*_Nonnull peak)(int64_t rounds);
} slipway_kernels;

// The table for `isa`, or NULL where this build or this machine cannot run it.
const slipway_kernels *_Nullable slipway_kernels_for(int32_t isa);

// The best table this machine runs. SLIPWAY_ISA=scalar|avx2|avx512|neon|avx512shape in the environment overrides the
// choice; a name this machine cannot run is ignored. Settled at the first call.
const slipway_kernels *_Nonnull slipway_kernels_current(void);

// Copies M rows of `row_bytes` bytes; strides in bytes. The same on every instruction set.
void slipway_copy_rows(
    int64_t rows, int64_t row_bytes, const void *_Nullable x, int64_t x_stride_bytes, void *_Nullable out,
    int64_t out_stride_bytes);

// Bytes of one row without padding: quantized rows are float16 scale, float16 bias, codes. 0 where the type cannot
// hold `width` (quantized rows are whole 2-byte units) or an argument is out of range.
int64_t slipway_row_bytes(int32_t dtype, int64_t width);

// Floats that pack_weights writes for a weight [N, K] under `kernels`; -1 on overflow or a negative size.
int64_t slipway_packed_weights_count(const slipway_kernels *_Nonnull kernels, int64_t n, int64_t k);

#ifdef __cplusplus
}
#endif
