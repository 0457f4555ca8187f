#!/usr/bin/env bash
# Feeds mutated checkpoints, configs, packages, graphs and data files to their readers, and to whole exports and
# predictions. Any crash, or an error that is not the input's, fails the run.
#
#   scripts/fuzz.sh [MUTANTS [SEED]]     MUTANTS in all, at least (default 100000); SEED other than 0 gives other mutants
#
# SLIPWAY_FUZZ_CONFIGURATION (default debug) says how the tests are built.
set -euo pipefail
cd "$(dirname "$0")/.."

mutants=${1:-100000}
# One unit of scale, which the tests make without this script; the sum is checked below.
unit=37000
export SLIPWAY_FUZZ_SCALE=$(((mutants + unit - 1) / unit))
export SLIPWAY_FUZZ_SEED=${2:-0}
configuration=${SLIPWAY_FUZZ_CONFIGURATION:-debug}
swift build -c "$configuration" --product slipwayPackageTests

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
swift test -c "$configuration" --skip-build --filter 'Fuzz|Mutation|survivesDamage|damageOnlyThrows' >"$log" 2>&1 || status=$?
if ((status != 0)); then
    grep -E "✘|error:|Fatal|rash" "$log" | head -50 || tail -50 "$log"
    echo "fuzz: failed with status $status (scale $SLIPWAY_FUZZ_SCALE, seed $SLIPWAY_FUZZ_SEED)" >&2
    exit 1
fi

grep -E '^fuzz: [0-9]+ ' "$log" | awk '
    { count = $2; $1 = $2 = ""; kind = substr($0, 3); sum[kind] += count; total += count }
    END { for (kind in sum) printf "%8d %s\n", sum[kind], kind | "sort -k2"; close("sort -k2"); printf "%8d in all\n", total
          exit total < wanted }' wanted="$mutants" || { echo "fuzz: fewer than $mutants mutants" >&2; exit 1; }
echo "fuzz: no crash, no foreign error (scale $SLIPWAY_FUZZ_SCALE, seed $SLIPWAY_FUZZ_SEED)"
