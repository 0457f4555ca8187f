#!/usr/bin/env bash
# Installs the clients that drive the server in tests, each in a virtual environment of its own below .deps/clients: what
# TorchEasyRec Processor's users have (eas-prediction, with the old protobuf it needs), Triton's clients for HTTP and gRPC, and gRPC's own
# for health checks. Idempotent.
set -euo pipefail
cd "$(dirname "$0")/.."

install() {
  local name=$1
  shift
  local place=.deps/clients/$name
  if [ "$(cat "$place/INSTALLED" 2>/dev/null)" = "$*" ]; then return; fi
  rm -rf "$place"
  if ! python3 -m venv "$place" >/dev/null 2>&1 || ! "$place/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; then
    rm -rf "$place"
    echo "setup: the client $name is not installed; tests that drive the server with it are skipped" >&2
    return
  fi
  echo "$*" > "$place/INSTALLED"
}

mkdir -p .deps/clients
install eas 'eas-prediction==0.36' 'protobuf==3.20.3'
install triton 'tritonclient[http,grpc]==2.73.0' 'grpcio==1.85.3' 'grpcio-health-checking==1.81.1'
