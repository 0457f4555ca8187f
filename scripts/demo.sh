#!/usr/bin/env bash
# The main job on the bundled example: export, predict, compare with TorchEasyRec's own predictions.
set -euo pipefail
cd "$(dirname "$0")/.."
slipway="$(swift build -c release --show-bin-path)/slipway"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

run() {
  echo "+ slipway $*"
  "$slipway" "$@"
}

cd Examples/multi_tower_din
run export --pipeline_config_path pipeline.config --export_dir "$work/package"
run inspect "$work/package"
run predict --scripted_model_path "$work/package" --predict_input_path data/eval.parquet \
  --predict_output_path "$work/predictions" --reserved_columns row_id
echo
echo "TorchEasyRec's predictions against these:"
run compare expected_int8.parquet "$work/predictions"
echo
echo "A server, one request to it, and what it tells of itself:"
"$slipway" serve example="$work/package" --host 127.0.0.1 --port 0 2> "$work/serve.log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  port=$(sed -n 's/.*"message":"ready".*"port":"\([0-9]*\)".*/\1/p' "$work/serve.log")
  [ -z "$port" ] || break
  kill -0 "$server" 2>/dev/null || { cat "$work/serve.log" >&2; exit 1; }
  sleep 0.1
done
grep -v '^{' "$work/serve.log"
python3 - "$port" <<'PYTHON'
import json, sys, urllib.request
base = f"http://127.0.0.1:{sys.argv[1]}"
def tensor(name, datatype, shape, data):
    return {"name": name, "datatype": datatype, "shape": shape, "data": data}
body = {"id": "demo", "inputs": [
    tensor("item_ids", "BYTES", [3], ["a", "b", "c"]), tensor("user_id", "INT64", [1], [87]), tensor("age", "FP32", [1], [0.5]),
    tensor("income", "FP64", [1], [0.25]), tensor("profile", "FP32", [1, 4], [0.1, 0.2, 0.3, 0.4]),
    tensor("item_id", "INT64", [3], [48, 49, 50]), tensor("price", "FP32", [3], [0.9, 1.5, 2.0]),
    tensor("item_vec", "FP32", [3, 4], [0.1] * 12)]}
request = urllib.request.Request(base + "/v2/models/example/infer", json.dumps(body).encode())
answer = json.load(urllib.request.urlopen(request))
for output in answer["outputs"]:
    print(f"  {output['name']}: {output['data']}")
for line in urllib.request.urlopen(base + "/metrics").read().decode().splitlines():
    if line.startswith(("slipway_requests_total", "slipway_stage_seconds_sum", "slipway_model_ready")):
        print("  " + line)
PYTHON
kill "$server"
wait "$server"
echo
echo "Next: 'slipway export --help', 'slipway predict --help', README.md, docs/ARCHITECTURE.md."
