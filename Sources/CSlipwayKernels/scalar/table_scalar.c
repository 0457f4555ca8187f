#include "../isa/variants.h"

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
};
