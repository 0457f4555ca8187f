#!/usr/bin/env bash
# Lint, layer check, every test, and the memory check of a small synthetic export. Arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
python3 scripts/check_layers.py
python3 scripts/generate_schema_table.py --check
swift build --product slipwayPackageTests
if [ -d ../shared/goldens ]; then
  echo "golden cases beside the checkout: found, their tests run"
else
  echo "golden cases beside the checkout: not found, their tests are skipped; the project's own cases run"
fi
scripts/check_memory.sh "$(swift build --show-bin-path)/slipway" --gigabytes 0.3
swift test --skip-build "$@"
