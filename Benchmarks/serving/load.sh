#!/usr/bin/env bash
# Load on one core: the server on processor 0 with one compute thread, wrk (Debian) on processor 1.
#
#   Benchmarks/serving/load.sh PACKAGE REQUEST [CONNECTIONS [SECONDS]]
#
# REQUEST is a PBRequest in a file, such as a server saves at debug_level 100. Build the release first: make build.
set -euo pipefail
package=$(realpath "$1") request=$(realpath "$2") connections=${3:-2} seconds=${4:-10}
cd "$(dirname "$0")/../.."
command -v wrk >/dev/null || { echo "install wrk" >&2; exit 1; }
slipway="$(swift build -c release --show-bin-path)/slipway"
log=$(mktemp)
taskset -c 0 "$slipway" serve load="$package" --host 127.0.0.1 --port 0 --workers 1 2> "$log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
port=
while [ -z "$port" ]; do
  kill -0 "$server" || { cat "$log" >&2; exit 1; }
  sleep 0.1
  port=$(sed -n 's/.*"message":"ready".*"port":"\([0-9]*\)".*/\1/p' "$log")
done
BODY=$request taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" --timeout 10s -s Benchmarks/serving/load.lua \
  "http://127.0.0.1:$port/api/predict/load"
