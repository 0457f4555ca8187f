// Every vector kernel of one instruction set, and its table. The including file sets W, ISA, ISA_NUMBER, GEMM_ROWS and
// EMBEDDING_NARROW, and the target attribute.
#include "vec.h"

#include "activation.h"
#include "embedding_bag.h"
#include "elementwise.h"
#include "gemm.h"
#include "peak.h"
#include "quantize.h"
#include "row_ops.h"
#include "segments.h"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

const slipway_kernels JOIN(slipway_kernels, ISA) = {
    .isa = ISA_NUMBER,
    .vector_width = W,
    .gemm_rows = GEMM_ROWS,
    .gemm_columns = 2 * W,
    .name = TEXT(ISA),
    .quantize_rows = KERNEL(quantize_rows_f32),
    .dequantize_rows = KERNEL(dequantize_rows_f32),
    .embedding_bag = KERNEL(embedding_bag_f32),
    .embedding_lookup = KERNEL(embedding_lookup_f32),
    .pack_weights = KERNEL(pack_weights_f32),
    .gemm = KERNEL(gemm_packed_f32),
    .bmm = KERNEL(bmm_f32),
    .interact = KERNEL(interact_f32),
    .activate = KERNEL(activate_f32),
    .unary = KERNEL(unary_f32),
    .binary = KERNEL(binary_f32),
    .softmax = KERNEL(softmax_f32),
    .layer_norm = KERNEL(layer_norm_f32),
    .row_sum = KERNEL(row_sum_f32),
    .l2_normalize = KERNEL(l2_normalize_f32),
    .fm = KERNEL(fm_f32),
    .segment_softmax = KERNEL(segment_softmax_f32),
    .segment_sum = KERNEL(segment_sum_f32),
    .attention_input = KERNEL(attention_input_f32),
    .peak = KERNEL(peak_f32),
};
