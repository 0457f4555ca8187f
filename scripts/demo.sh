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
echo "Next: 'slipway export --help', 'slipway predict --help', README.md, docs/ARCHITECTURE.md."
