// How fast a core can multiply and add: chains of fused operations that depend on nothing in memory.
#pragma once

int64_t KERNEL(peak_f32)(int64_t rounds) {
    enum { chains = 12 }; // more than latency times units, fewer than registers
    vf sum[chains], x = splat(0.999f), y = splat(0.001f);
    for (int i = 0; i < chains; i++) sum[i] = splat(0.1f * (float)i);
    for (int64_t r = 0; r < rounds; r++) {
        for (int i = 0; i < chains; i++) sum[i] = fma_v(sum[i], x, y);
        __asm__ volatile("" : "+r"(rounds));
    }
    vf all = sum[0];
    for (int i = 1; i < chains; i++) all = all + sum[i];
    volatile float sink = sum_v(all);
    (void)sink;
    return 2 * W * chains * rounds;
}
