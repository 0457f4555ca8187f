#pragma once
#include <stdint.h>

typedef enum slipway_status {
    SLIPWAY_OK = 0,
    SLIPWAY_BAD_ARGUMENT = 1, // a size is negative, a stride is too small, an enum value is unknown
    SLIPWAY_BAD_ID = 2,       // an id is outside its table and the policy is to refuse
    SLIPWAY_BAD_LENGTHS = 3,  // a length is negative, or the lengths do not add up
} slipway_status;
