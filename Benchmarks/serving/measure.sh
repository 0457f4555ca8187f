#!/usr/bin/env bash
# Every measurement of a served model, one after the other, on a machine with two processors and nothing else to do; half an hour.
#
#   measure.sh CASES SLIPWAY PYTHON OUT
#
# CASES holds deepfm, din and dbmtl as Benchmarks/README.md describes cases; PYTHON has peers/requirements.txt, pyarrow, fastapi and uvicorn.
# Into the folder OUT: packages and requests, JSON, the load search's reports, and everything that is printed (log).
set -euo pipefail
[ $# -eq 4 ] || { echo "usage: measure.sh CASES SLIPWAY PYTHON OUT" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
cases=$(realpath "$1") slipway=$(realpath "$2") python=$(realpath -s "$3")
mkdir -p "$4"
out=$(realpath "$4")
exec > >(tee "$out/log") 2>&1

for case in din deepfm dbmtl; do
  rm -rf "${out:?}/$case" "$out/$case.html"
  env -C "$cases/$case" INPUT_TILE=3 ENABLE_AOT=2 QUANT_EMB=INT8 QUANT_EC_EMB=INT8 "$slipway" export \
    --pipeline_config_path pipeline.config --export_dir "$out/$case"
  "$python" "$here/make_request.py" "$cases/$case" 200 "$out/$case.pb"
done

echo "== deepfm, dbmtl: requests a second"
for case in deepfm dbmtl; do
  python3 "$here/load.py" "$out/$case" "$out/$case.pb" --slipway "$slipway" --seconds 8 --find-rate --report "$out/$case.html" \
    --out "$out/$case.json"
done
echo "== din: everything, ten minutes of soak, beside a Python server"
python3 "$here/load.py" "$out/din" "$out/din.pb" --slipway "$slipway" --seconds 12 --find-rate --report "$out/din.html" \
  --reloads 5 --soak 600 --peer "$cases/din" --python "$python" --out "$out/din.json"
echo "== three replicas behind HAProxy for ten minutes"
python3 "$here/haproxy_drill.py" "$out/din" --slipway "$slipway" --minutes 10 --request "$out/din.pb" --path /api/predict/drill \
  --keep "$out/drill-logs" --out "$out/drill.json"
