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
