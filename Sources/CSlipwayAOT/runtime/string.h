#pragma once
// What the kernels use of the C library; unit.h defines the functions for calls that stay calls.
#define memcpy __builtin_memcpy
#define memset __builtin_memset
