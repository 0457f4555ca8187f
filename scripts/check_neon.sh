#!/usr/bin/env bash
# Compiles the kernels for AArch64 and compares the NEON variant with the scalar reference under qemu.
# Needs clang, and Debian's gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user-static.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
kernels=$root/Sources/CSlipwayKernels
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$out"

clang --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -O3 -fno-math-errno -Wall -c \
  "$root/scripts/check_neon.c" "$kernels"/*.c "$kernels"/*/*.c
aarch64-linux-gnu-gcc -static -o check_neon ./*.o -lm
qemu-aarch64-static ./check_neon
