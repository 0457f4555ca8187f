#!/usr/bin/env bash
# Fails on style violations in Sources (generated code apart), Tests and Benchmarks, or in the paths given.
# Force unwraps are refused in Sources only: Tests has its own .swift-format.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- Sources Tests Benchmarks/Sources
git ls-files -z -co --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
  case $file in */Generated/*) ;; *.swift) if [ -f "$file" ]; then printf '%s\0' "$file"; fi ;; esac
done | xargs -0 -r swift format lint --strict
