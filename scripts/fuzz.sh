#!/usr/bin/env bash
# Feeds mutated checkpoints, configs, packages, graphs, data files and requests to their readers, and to whole exports, predictions
# and a server. Any crash, or an error that is not the input's, fails the run.
#
#   scripts/fuzz.sh [MUTANTS [SEED [TARGET]]]
#
# MUTANTS in all, at least (default 100000); SEED other than 0 gives other mutants; TARGET is one test target, such as
# SlipwayServingTests for request bodies (default: all). SLIPWAY_FUZZ_CONFIGURATION (default debug) says how the tests are built.
set -euo pipefail
cd "$(dirname "$0")/.."

mutants=${1:-100000}
seed=${2:-0}
target=${3:-}
configuration=${SLIPWAY_FUZZ_CONFIGURATION:-debug}
names='Fuzz|Mutation|survivesDamage|damageOnlyThrows|damaged[A-Z]|garbageIsNoHTTP'
swift build -c "$configuration" --product slipwayPackageTests

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# One run of all mutants, `scale` times as many as the tests make without this script.
run() {
    local scale=$1 status=0
    SLIPWAY_FUZZ_SCALE=$scale SLIPWAY_FUZZ_SEED=$2 swift test -c "$configuration" --skip-build \
        --filter "${target:+^$target\..*}($names)" >"$log" 2>&1 || status=$?
    if ((status != 0)); then
        grep -E "✘|error:|Fatal|rash" "$log" | head -50 || tail -50 "$log"
        echo "fuzz: failed with status $status (scale $scale, seed $2)" >&2
        exit 1
    fi
}

# A first run tells how many one unit of scale makes.
run 1 "$seed"
unit=$(awk '/^fuzz: [0-9]+ / { total += $2 } END { print total + 0 }' "$log")
((unit > 0)) || { echo "fuzz: no test said how many mutants it made" >&2; exit 1; }
scale=$(((mutants + unit - 1) / unit))
((scale == 1)) || run "$scale" "$seed"

awk '/^fuzz: [0-9]+ / { count = $2; $1 = $2 = ""; kind = substr($0, 3); sum[kind] += count; total += count }
    END { for (kind in sum) printf "%8d %s\n", sum[kind], kind | "sort -k2"; close("sort -k2"); printf "%8d in all\n", total
          exit total < wanted }' wanted="$mutants" "$log" || { echo "fuzz: fewer than $mutants mutants" >&2; exit 1; }
echo "fuzz: no crash, no foreign error (scale $scale, seed $seed)"
