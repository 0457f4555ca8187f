#include "../isa/variants.h"

static int64_t peak_scalar(int64_t rounds) {
    double sum = 0.1;
    for (int64_t r = 0; r < rounds; r++) {
        sum = sum * 0.999 + 0.001;
        __asm__ volatile("" : "+r"(rounds));
    }
    volatile double sink = sum;
    (void)sink;
    return 2 * rounds;
}

const slipway_kernels slipway_kernels_scalar = {
    .isa = SLIPWAY_ISA_SCALAR,
    .vector_width = 1,
    .gemm_rows = 1,
    .gemm_columns = 1,
    .name = "scalar",
    .quantize_rows = slipway_quantize_rows_f32_scalar,
    .dequantize_rows = slipway_dequantize_rows_f32_scalar,
    .embedding_bag = slipway_embedding_bag_f32_scalar,
    .embedding_lookup = slipway_embedding_lookup_f32_scalar,
    .pack_weights = slipway_pack_weights_f32_scalar,
    .gemm = slipway_gemm_packed_f32_scalar,
    .bmm = slipway_bmm_f32_scalar,
    .interact = slipway_interact_f32_scalar,
    .activate = slipway_activate_f32_scalar,
    .unary = slipway_unary_f32_scalar,
    .binary = slipway_binary_f32_scalar,
    .softmax = slipway_softmax_f32_scalar,
    .layer_norm = slipway_layer_norm_f32_scalar,
    .row_sum = slipway_row_sum_f32_scalar,
    .l2_normalize = slipway_l2_normalize_f32_scalar,
    .fm = slipway_fm_f32_scalar,
    .segment_softmax = slipway_segment_softmax_f32_scalar,
    .segment_sum = slipway_segment_sum_f32_scalar,
    .attention_input = slipway_attention_input_f32_scalar,
    .peak = peak_scalar,
};
