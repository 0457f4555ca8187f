#include "slipway_aot_texts.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_BYTES(name) static const uint8_t name[]
FILE_BYTES(interface) = {
#embed "include/slipway_aot.h"
};
FILE_BYTES(unit) = {
#embed "runtime/unit.h"
};
FILE_BYTES(jagged) = {
#embed "runtime/jagged.h"
};
FILE_BYTES(attention) = {
#embed "runtime/attention.h"
};
FILE_BYTES(lookups) = {
#embed "runtime/lookups.h"
};
FILE_BYTES(string) = {
#embed "runtime/string.h"
};
FILE_BYTES(checks) = {
#embed "../CSlipwayKernels/checks.h"
};
FILE_BYTES(kernels) = {
#embed "../CSlipwayKernels/include/slipway_kernels.h"
};
FILE_BYTES(status) = {
#embed "../CSlipwayKernels/include/slipway_status.h"
};
FILE_BYTES(activation_types) = {
#embed "../CSlipwayKernels/include/slipway_activation.h"
};
FILE_BYTES(elementwise_types) = {
#embed "../CSlipwayKernels/include/slipway_elementwise.h"
};
FILE_BYTES(embedding_types) = {
#embed "../CSlipwayKernels/include/slipway_embedding.h"
};
FILE_BYTES(gemm_types) = {
#embed "../CSlipwayKernels/include/slipway_gemm.h"
};
FILE_BYTES(segments_types) = {
#embed "../CSlipwayKernels/include/slipway_segments.h"
};
FILE_BYTES(vec) = {
#embed "../CSlipwayKernels/vector/vec.h"
};
FILE_BYTES(math) = {
#embed "../CSlipwayKernels/vector/math.h"
};
FILE_BYTES(activation) = {
#embed "../CSlipwayKernels/vector/activation.h"
};
FILE_BYTES(elementwise) = {
#embed "../CSlipwayKernels/vector/elementwise.h"
};
FILE_BYTES(gemm_tile) = {
#embed "../CSlipwayKernels/vector/gemm_tile.h"
};
FILE_BYTES(gemm) = {
#embed "../CSlipwayKernels/vector/gemm.h"
};
FILE_BYTES(row_ops) = {
#embed "../CSlipwayKernels/vector/row_ops.h"
};
FILE_BYTES(rows) = {
#embed "../CSlipwayKernels/vector/rows.h"
};
FILE_BYTES(segments) = {
#embed "../CSlipwayKernels/vector/segments.h"
};
FILE_BYTES(embedding_bag) = {
#embed "../CSlipwayKernels/vector/embedding_bag.h"
};

FILE_BYTES(reduced_types) = {
#embed "../CSlipwayKernels/include/slipway_reduced.h"
};
FILE_BYTES(reduced_forms) = {
#embed "../CSlipwayKernels/reduced/forms.h"
};
FILE_BYTES(reduced_product) = {
#embed "../CSlipwayKernels/reduced/product.h"
};
FILE_BYTES(reduced_steps) = {
#embed "../CSlipwayKernels/reduced/steps.h"
};

#define TEXT(path, name) {path, name, sizeof name}
static const slipway_aot_text texts[] = {
    TEXT("slipway_aot.h", interface),
    TEXT("unit.h", unit),
    TEXT("jagged.h", jagged),
    TEXT("attention.h", attention),
    TEXT("lookups.h", lookups),
    TEXT("string.h", string),
    TEXT("checks.h", checks),
    TEXT("include/slipway_kernels.h", kernels),
    TEXT("include/slipway_status.h", status),
    TEXT("include/slipway_activation.h", activation_types),
    TEXT("include/slipway_elementwise.h", elementwise_types),
    TEXT("include/slipway_embedding.h", embedding_types),
    TEXT("include/slipway_gemm.h", gemm_types),
    TEXT("include/slipway_segments.h", segments_types),
    TEXT("vector/vec.h", vec),
    TEXT("vector/math.h", math),
    TEXT("vector/activation.h", activation),
    TEXT("vector/elementwise.h", elementwise),
    TEXT("vector/gemm_tile.h", gemm_tile),
    TEXT("vector/gemm.h", gemm),
    TEXT("vector/row_ops.h", row_ops),
    TEXT("vector/rows.h", rows),
    TEXT("vector/segments.h", segments),
    TEXT("vector/embedding_bag.h", embedding_bag),
    TEXT("include/slipway_reduced.h", reduced_types),
    TEXT("reduced/forms.h", reduced_forms),
    TEXT("reduced/product.h", reduced_product),
    TEXT("reduced/steps.h", reduced_steps),
};

int64_t slipway_aot_text_count(void) { return sizeof texts / sizeof texts[0]; }

const slipway_aot_text *slipway_aot_texts(void) { return texts; }
