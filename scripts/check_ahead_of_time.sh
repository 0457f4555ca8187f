#!/usr/bin/env bash
# Exports and scores every golden case beside the checkout with ENABLE_AOT=1 and 2. Takes tens of minutes: each case is compiled
# twice. The normal test suite does the same with a few cases.
set -euo pipefail
cd "$(dirname "$0")/.."
SLIPWAY_AOT_ALL=1 swift test --filter AheadOfTimeTests "$@"
