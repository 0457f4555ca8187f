#!/usr/bin/env bash
# Installs what the build needs. Idempotent; writes only to apt's own places and to .deps/ inside the checkout.
set -euo pipefail
cd "$(dirname "$0")/.."

ARROW_VERSION=26.0.1
ARROW=.deps/arrow

debian_packages=(protobuf-compiler)

if [ ! -f "$ARROW/VERSION" ] || [ "$(cat "$ARROW/VERSION")" != "$ARROW_VERSION" ]; then
  rm -rf "$ARROW" .deps/tmp
  mkdir -p .deps/tmp
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --dest .deps/tmp "pyarrow==$ARROW_VERSION"
  python3 -m zipfile -e .deps/tmp/pyarrow-*.whl .deps/tmp/wheel
  mkdir -p "$ARROW/lib"
  mv .deps/tmp/wheel/pyarrow/include "$ARROW/include"
  for library in arrow parquet; do
    file=$(ls .deps/tmp/wheel/pyarrow/lib$library.so.*)
    mv "$file" "$ARROW/lib/"
    ln -s "$(basename "$file")" "$ARROW/lib/lib$library.so"
  done
  rm -rf .deps/tmp
  echo "$ARROW_VERSION" > "$ARROW/VERSION"
fi
