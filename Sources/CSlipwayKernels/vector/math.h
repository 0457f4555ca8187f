// Transcendental functions on vectors; coefficients from scripts/fit_polynomials.py. Errors (ulp) are asserted in the
// tests.
#pragma once

#define POLY_STEP(s, x, c) s = fma_v(s, x, splat(c))

// x = n * log(2) + r; returns e^r - 1 and 2^(n/2), 2^(n - n/2). x is within [-104, 89].
INLINE vf exp_reduced(vf x, vf *scale1, vf *scale2) {
    vf n = round_v(x * splat(1.44269504f));
    vf r = fma_v(n, splat(-0.693359375f), x); // log(2) in two parts: the first has 9 bits, so n times it is exact
    r = fma_v(n, splat(2.12194440e-4f), r);
    vf p = splat(0.0013950479f);
    POLY_STEP(p, r, 0.008368882f);
    POLY_STEP(p, r, 0.041666206f);
    POLY_STEP(p, r, 0.1666652f);
    POLY_STEP(p, r, 0.5f);
    vi whole = __builtin_convertvector(n, vi);
    vi half = whole >> 1;
    *scale1 = (vf)((half + 127) << 23);
    *scale2 = (vf)((whole - half + 127) << 23);
    return fma_v(p * r, r, r);
}

INLINE vf exp_v(vf x) {
    vf scale1, scale2;
    vf inside = min_v(max_v(x, splat(-104.0f)), splat(89.0f));
    vf rest = exp_reduced(inside, &scale1, &scale2);
    vf y = (splat(1) + rest) * scale1 * scale2;
    return select_v(x == x, y, x);
}

// e^x - 1 for x <= 0.
INLINE vf expm1_negative(vf x) {
    vf scale1, scale2;
    vf rest = exp_reduced(max_v(x, splat(-60.0f)), &scale1, &scale2);
    vf scale = scale1 * scale2;
    return select_v(x == x, fma_v(scale, rest, scale - splat(1)), x);
}

INLINE vf sigmoid_v(vf x) {
    vf scale1, scale2;
    vf rest = exp_reduced(max_v(-abs_v(x), splat(-104.0f)), &scale1, &scale2);
    // e^-|x| = scale + scale * rest; what its sum and the quotient lose to rounding is put back.
    vf scale = scale1 * scale2, e = fma_v(scale, rest, scale), lost = fma_v(scale, rest, scale - e);
    vi negative = x < splat(0);
    vf top = select_v(negative, e, splat(1)), bottom = fma_v(scale, rest, splat(1) + scale);
    vf inverse = splat(1) / bottom, y = top * inverse;
    vf gap = fma_v(-y, bottom, top) + select_v(negative, lost, splat(0));
    y = fma_v(gap, inverse, y);
    return select_v(x == x, y, x);
}

INLINE vf tanh_v(vf x) {
    vf a = abs_v(x), s = x * x;
    vf p = splat(-0.005717045f);
    POLY_STEP(p, s, 0.020650588f);
    POLY_STEP(p, s, -0.053743497f);
    POLY_STEP(p, s, 0.13331491f);
    POLY_STEP(p, s, -0.33333284f);
    vf small = fma_v(p * s, x, x);
    vf large = splat(1) - splat(2) / (exp_v(a + a) + splat(1));
    return select_v(a < splat(0.625f), small, copysign_v(large, x));
}

INLINE vf erf_v(vf x) {
    vf a = abs_v(x), s = x * x;
    vf p = splat(8.4099236e-05f);
    POLY_STEP(p, s, -0.00081526284f);
    POLY_STEP(p, s, 0.0052019604f);
    POLY_STEP(p, s, -0.0268598f);
    POLY_STEP(p, s, 0.11283703f);
    POLY_STEP(p, s, -0.37612635f);
    POLY_STEP(p, s, 0.12837917f);
    vf small = fma_v(p, x, x);
    vf t = min_v(a, splat(3.95f)); // erf is 1 in float32 from there on
    vf g = splat(4.5650268e-07f);
    POLY_STEP(g, t, 1.521219e-05f);
    POLY_STEP(g, t, -0.0004020107f);
    POLY_STEP(g, t, 0.0040709293f);
    POLY_STEP(g, t, -0.024930293f);
    POLY_STEP(g, t, 0.108056016f);
    POLY_STEP(g, t, 0.63350964f);
    POLY_STEP(g, t, 1.1294487f);
    POLY_STEP(g, t, -0.00016307966f);
    vf large = copysign_v(splat(1) - exp_v(-g), x);
    vf y = select_v(a < splat(0.92f), small, large);
    return select_v(x == x, y, x);
}

INLINE vf log_v(vf x) {
    vi tiny = x < splat(0x1p-126f);
    vf scaled = select_v(tiny, x * splat(0x1p23f), x);
    vi bits = (vi)scaled;
    // Mantissa in [sqrt(1/2), sqrt(2)).
    vi exponent = ((bits - 0x3f3504f3) >> 23);
    vf m = (vf)(bits - (exponent << 23));
    vf n = __builtin_convertvector(exponent, vf) - select_v(tiny, splat(23), splat(0));
    vf f = m - splat(1);
    vf p = splat(-0.07859615f);
    POLY_STEP(p, f, 0.12881649f);
    POLY_STEP(p, f, -0.13128754f);
    POLY_STEP(p, f, 0.14181192f);
    POLY_STEP(p, f, -0.16624554f);
    POLY_STEP(p, f, 0.20002286f);
    POLY_STEP(p, f, -0.2500081f);
    POLY_STEP(p, f, 0.33333316f);
    vf square = f * f;
    vf y = fma_v(p * f, square, n * splat(-2.12194440e-4f));
    y = fma_v(square, splat(-0.5f), y);
    y = fma_v(n, splat(0.693359375f), f + y);
    y = select_v(x == splat(__builtin_inff()), x, y);
    y = select_v(x == splat(0), splat(-__builtin_inff()), y);
    return select_v((x < splat(0)) | (x != x), splat(__builtin_nanf("")), y);
}
