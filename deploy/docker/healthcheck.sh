#!/bin/bash
# Succeeds while the server on this machine is ready. Plain HTTP only: a server with TLS needs another check. SLIPWAY_PORT: 8080.
set -euo pipefail
port=${SLIPWAY_PORT:-8080}
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /v2/health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
