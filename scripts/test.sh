#!/usr/bin/env bash
# Lint, layer check, every test, the memory check of a small synthetic export and the checks of deploy/. Arguments go to
# `swift test`. A run of every test with the golden cases also checks that the table of docs/MODELS.md is what the run gave.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
python3 scripts/check_layers.py
python3 scripts/generate_schema_table.py --check
python3 scripts/generate_model_table.py --self-test
swift build --product slipwayPackageTests
scripts/setup_clients.sh
if [ -d ../shared/goldens ]; then
  echo "golden cases beside the checkout: found, their tests run"
else
  echo "golden cases beside the checkout: not found, their tests are skipped; the project's own cases run"
fi
if { command -v qemu-aarch64 || command -v qemu-aarch64-static; } >/dev/null &&
  command -v aarch64-linux-gnu-gcc >/dev/null; then
  echo "objects for AArch64: compiled, and run under qemu"
else
  echo "objects for AArch64: compiled, not run (qemu-aarch64 or aarch64-linux-gnu-gcc is not installed)"
fi
scripts/check_memory.sh "$(swift build --show-bin-path)/slipway" --gigabytes 0.3
if [ $# -eq 0 ]; then scripts/check_deploy.sh "$(swift build --show-bin-path)/slipway"; fi
results=$(mktemp)
log=$(mktemp)
trap 'rm -f "$results" "$log"' EXIT
status=0
SLIPWAY_GOLDEN_RESULTS=$results swift test --skip-build "$@" 2>&1 | tee "$log" || status=$?
if [ "$status" -eq 0 ] && [ $# -eq 0 ] && [ -d ../shared/goldens ]; then
  scripts/generate_model_table.py --check "$results" || status=$?
fi
# What failed, once more and together; then the runner's own closing line.
grep -aE '^✘ .*(recorded an issue|failed after)' "$log" | grep -av '^✘ Suite' | tail -n 40 || true
grep -a 'Test run with' "$log" | tail -n 1
exit "$status"
