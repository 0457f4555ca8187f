#include "slipway_kernels.h"
