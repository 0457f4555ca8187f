#!/usr/bin/env python3
"""Prints the float32 coefficients in Sources/CSlipwayKernels/vector/math.h (numpy needed).

Each is a near-minimax fit: least squares at Chebyshev points, reweighted towards the largest error (Lawson's
iteration).
"""
import math

import numpy as np


def fit(name, function, low, high, degree, weight=lambda x: np.ones_like(x)):
    count = 4000
    x = (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(count) + 0.5) / count)
    y, w = function(x), weight(x)
    powers = np.vander(x, degree + 1, increasing=True)
    lawson = np.ones(count)
    for _ in range(300):
        root = np.sqrt(lawson) * w
        c = np.linalg.lstsq(powers * root[:, None], y * root, rcond=None)[0]
        error = np.abs(powers @ c - y) * w
        lawson *= error / error.max() + 1e-12
        lawson /= lawson.max()
    print(f"{name}: weighted error {error.max():.2e}")
    print("    " + ", ".join(f"{np.float32(v)!r}"[11:-1] + "f" for v in c))


def each(function):
    return np.vectorize(function, otypes=[float])


def exp_rest(r):  # (e^r - 1 - r) / r^2
    return sum(r**i / math.factorial(i + 2) for i in range(20))


def tanh_rest(s):  # tanh(x) = x + x * s * q(s), s = x^2
    x = math.sqrt(s)
    return (math.tanh(x) - x) / (x * s) if x > 0.02 else -1 / 3 + 2 * s / 15 - 17 * s * s / 315


def erf_rest(s):  # erf(x) = x + x * q(s)
    x = math.sqrt(s)
    return math.erf(x) / x - 1 if x > 1e-8 else 2 / math.sqrt(math.pi) - 1


def log_rest(f):  # log(1 + f) = f - f^2/2 + f^3 * p(f)
    if abs(f) < 0.02:
        return sum((-f) ** i / (i + 3) for i in range(12))
    return (math.log1p(f) - f + f * f / 2) / f**3


half_log2 = math.log(2) / 2
fit("exp", exp_rest, -half_log2, half_log2, 4, lambda r: r * r)
fit("tanh", each(tanh_rest), 0, 0.625**2, 4, lambda s: s)
fit("erf, small", each(erf_rest), 0, 0.92**2, 6)
fit("erf, large: -log(erfc(x))", each(lambda x: -math.log(math.erfc(x))), 0.92, 3.95, 8, each(math.erfc))
fit("log", each(log_rest), math.sqrt(0.5) - 1, math.sqrt(2) - 1, 7, lambda f: np.abs(f) ** 2)
