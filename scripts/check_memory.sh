#!/usr/bin/env bash
# Exports a synthetic checkpoint and fails when memory grew with its size: peak RSS must stay below the limit.
#
#   scripts/check_memory.sh SLIPWAY_BINARY [--gigabytes 0.3] [--tables 8] [--limit-megabytes 512]
#
# The largest dense weight is allowed on top. The folder is made under TMPDIR and removed; it takes twice the checkpoint's size.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }
gigabytes=0.3 tables=8 limit_megabytes=512
[ $# -ge 1 ] || usage
slipway=$1
shift
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --gigabytes) gigabytes=$2 ;;
    --tables) tables=$2 ;;
    --limit-megabytes) limit_megabytes=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[ -x "$slipway" ] || { echo "check_memory: $slipway is not an executable" >&2; exit 2; }
slipway=$(realpath "$slipway")

folder=$(mktemp -d "${TMPDIR:-/tmp}/slipway-memory.XXXXXX")
trap 'rm -rf "$folder"' EXIT
python3 - "$folder" "$gigabytes" <<'PYTHON'
import shutil, sys
need = 2 * float(sys.argv[2]) * 1e9
free = shutil.disk_usage(sys.argv[1]).free
if free < need + 1e9:
    sys.exit(f"check_memory: {free / 1e9:.1f} GB free in {sys.argv[1]}, {need / 1e9 + 1:.1f} GB needed; set TMPDIR")
PYTHON
"$here/make_synthetic_checkpoint.py" "$folder" --gigabytes "$gigabytes" --tables "$tables" | tee "$folder/made"
dense_bytes=$(sed -n 's/.*largest dense weight \([0-9]*\) bytes.*/\1/p' "$folder/made")

cd "$folder"
python3 - "$slipway" "$limit_megabytes" "$dense_bytes" <<'PYTHON'
import resource, subprocess, sys, time
slipway, limit, dense = sys.argv[1], float(sys.argv[2]) * 1e6, int(sys.argv[3])
start = time.monotonic()
done = subprocess.run([slipway, "export", "--pipeline_config_path", "pipeline.config", "--export_dir", "package"])
took = time.monotonic() - start
if done.returncode:
    sys.exit(f"check_memory: export failed with status {done.returncode}")
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
allowed = limit + dense
print(f"export took {took:.1f} s, peak RSS {peak / 1e6:.0f} MB of {allowed / 1e6:.0f} MB allowed")
sys.exit(peak > allowed)
PYTHON
