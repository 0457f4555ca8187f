#!/usr/bin/env bash
# Lint, layer check, then every test. Tests run on the release build: what is tested is what ships.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
python3 scripts/check_layers.py
swift build -c release --build-tests
if [ -d ../shared/goldens ]; then
  echo "golden cases beside the checkout: found, their tests run"
else
  echo "golden cases beside the checkout: not found, their tests are skipped; the project's own cases run"
fi
swift test -c release --skip-build "$@"
