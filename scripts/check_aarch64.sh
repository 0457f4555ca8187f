#!/usr/bin/env bash
# Exports packages for AArch64, runs their objects under qemu on what the loader would hand to them, and compares with the portable
# backend; the same for x86-64-v3 without qemu as a control. `--all` takes every golden request instead of a few; what else is
# given goes to `swift test`. Needs Debian's qemu-user (or qemu-user-static), gcc-aarch64-linux-gnu and libc6-dev-arm64-cross.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v qemu-aarch64 >/dev/null && ! command -v qemu-aarch64-static >/dev/null; then
  echo "check_aarch64: qemu-aarch64 is not installed: apt-get install qemu-user" >&2
  exit 69
fi
if ! command -v aarch64-linux-gnu-gcc >/dev/null; then
  echo "check_aarch64: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross" >&2
  exit 69
fi
all=0
if [ "${1:-}" = --all ]; then all=1; shift; fi
SLIPWAY_FOREIGN_ALL=$all swift test --filter ForeignTargetTests "$@"
