#pragma once
// The interface between Slipway and the code it generates: plain C, integer status codes, nothing allocated inside.
//
// A generated object holds regions of a graph. For region i it exports slipway_aot_<i>_measure, which checks lengths, fills in
// the sizes that follow from them and says how large an arena the run needs, and slipway_aot_<i>_run.
#include <stdint.h>

#define SLIPWAY_AOT_ABI 2

typedef enum slipway_aot_status {
    SLIPWAY_AOT_OK = 0,
    SLIPWAY_AOT_BAD_ARGUMENT = 1, // a size or a pointer that the code was not generated for
    SLIPWAY_AOT_BAD_LENGTHS = 2,  // lengths that are negative or do not add up
    SLIPWAY_AOT_BAD_ID = 3,       // an id outside its table; which, the lookup's report says
    SLIPWAY_AOT_TOO_LARGE = 4,    // the arena would not fit an address space
} slipway_aot_status;

// Rows of contiguous elements, `stride` elements apart.
typedef struct slipway_aot_value {
    void *_Nullable data;
    int64_t stride;
} slipway_aot_value;

typedef struct slipway_aot_table {
    const void *_Nullable rows;
    int64_t row_count;
    int64_t row_stride_bytes;
    int32_t bad_ids; // 0 refuses, 1 maps as fbgemm's quantized lookup
    int32_t reserved;
} slipway_aot_table;

// One per lookup of the region.
typedef struct slipway_aot_report {
    int64_t first_bad; // position of the first bad id, or -1
    int64_t mapped;    // bad ids that were mapped
} slipway_aot_report;

typedef struct slipway_aot_call {
    int64_t abi;
    const slipway_aot_value *_Nullable inputs;
    const slipway_aot_value *_Nullable outputs; // `run` only
    int64_t *_Nullable sizes;                   // by symbol of the region; -1 for those that `measure` fills in
    const float *_Nullable const *_Nullable weights;
    // Weights in fewer bits, a slipway_reduced_weight each; NULL for those that the machine does not multiply so.
    const void *_Nullable const *_Nullable reduced;
    const slipway_aot_table *_Nullable tables;
    slipway_aot_report *_Nullable reports;
    void *_Nullable arena;                      // on 64 bytes
    int64_t arena_bytes;                        // written by `measure`, checked by `run`
} slipway_aot_call;

typedef int32_t (*slipway_aot_entry)(slipway_aot_call *_Nonnull call);
// Floats of the packed form of a weight [n, k]; -1 on overflow.
typedef int64_t (*slipway_aot_pack_count_fn)(int64_t n, int64_t k);
typedef int32_t (*slipway_aot_pack_fn)(
    int64_t n, int64_t k, const float *_Nullable weight, int64_t ldw, float *_Nullable packed);
typedef int32_t (*slipway_aot_abi_fn)(void);
// A product in fewer bits by the host: slipway_reduced_gemm.
typedef int32_t (*slipway_aot_product_fn)(int32_t isa, int32_t form, const void *_Nonnull args);
// Says in which forms of fewer bits to multiply, a bit each by slipway_reduced_form, by which slipway_reduced_isa, and the host's
// product, which code without one of its own calls; gives the forms that will be. Before the first run.
typedef int32_t (*slipway_aot_reduce_fn)(int32_t forms, int32_t isa, slipway_aot_product_fn _Nullable product);
