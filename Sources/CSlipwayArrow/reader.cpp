#include "slipway_arrow.h"
