#pragma once
// Runs `rounds` rounds of independent fused multiply-adds on vectors of `lanes` float32 (16, 8 or 4; the caller has
// checked that the machine has them). Returns the floating-point operations done.
double peak_run(int lanes, long rounds);

// CPU seconds of this thread.
double peak_seconds(void);
