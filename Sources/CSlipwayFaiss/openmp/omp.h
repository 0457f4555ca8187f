// What faiss's headers name of OpenMP, and the one function that is called here. Swift's clang brings no omp.h; the
// run time is GCC's libgomp, against which Debian built faiss.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Only its name is needed: nothing here makes one.
typedef struct omp_lock_t omp_lock_t;

/// Threads of the calling thread's parallel regions from now on.
void omp_set_num_threads(int threads);

#ifdef __cplusplus
}
#endif
