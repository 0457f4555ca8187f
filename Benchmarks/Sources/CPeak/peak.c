#include "peak.h"

#include <time.h>

#define CHAINS 12

#define PEAK(name, width, attribute)                                                                                   \
    attribute static double name(long rounds) {                                                                        \
        typedef float v __attribute__((ext_vector_type(width)));                                                       \
        v sum[CHAINS], x = (v)0.999f, y = (v)0.001f;                                                                   \
        for (int i = 0; i < CHAINS; i++) sum[i] = (v)(0.1f * (float)i);                                                \
        for (long r = 0; r < rounds; r++) {                                                                            \
            for (int i = 0; i < CHAINS; i++) sum[i] = __builtin_elementwise_fma(sum[i], x, y);                         \
            __asm__ volatile("" : "+g"(rounds));                                                                       \
        }                                                                                                              \
        v all = sum[0];                                                                                                \
        for (int i = 1; i < CHAINS; i++) all += sum[i];                                                                \
        volatile float sink = all[0];                                                                                  \
        (void)sink;                                                                                                    \
        return 2.0 * width * CHAINS * (double)rounds;                                                                  \
    }

#if defined(__x86_64__)
PEAK(peak16, 16, __attribute__((target("avx512f"), min_vector_width(512))))
PEAK(peak8, 8, __attribute__((target("avx2,fma"))))
#endif
PEAK(peak4, 4, )

double peak_run(int lanes, long rounds) {
#if defined(__x86_64__)
    if (lanes == 16) return peak16(rounds);
    if (lanes == 8) return peak8(rounds);
#endif
    return peak4(rounds);
}

double peak_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
