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
};
