#!/usr/bin/env bash
# Installs what the build needs: a few Debian packages, and Arrow C++ unpacked into .deps/ inside the checkout.
# Idempotent; a run that breaks off leaves either the old .deps/arrow or none. Writes nowhere else but to apt's places.
set -euo pipefail
cd "$(dirname "$0")/.."

arrow_version=26.0.1
arrow=.deps/arrow
# Only libraries and headers are taken from the wheel, so any Python's wheel serves; these are CPython 3.12's.
declare -A wheel_sha256=(
  [x86_64]=c718bf97a92a6dea97fd1062c3b9f9e2e83cb9cc926e752289fa4ffff41738f9
  [aarch64]=6c18167774fb599d42444b7ac558a893d49e750fb14232b538955e6f0d1d51ea
)

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }

[ "$(uname -s)" = Linux ] || die "this script knows Linux only"
machine=$(uname -m)
[ -n "${wheel_sha256[$machine]:-}" ] || die "no Arrow library for $machine; x86_64 and aarch64 are supported"
command -v swift >/dev/null || say "note: no 'swift' on PATH; install a Swift 6.3 toolchain from https://swift.org/install"

# What must be there, and the Debian package that brings it.
missing=()
has_cxx_headers() {
  compgen -G '/usr/include/c++/*/vector' >/dev/null || compgen -G '/usr/local/include/c++/*/vector' >/dev/null
}
has_cxx_headers || missing+=(g++)
command -v python3 >/dev/null || missing+=(python3)
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
command -v flock >/dev/null || missing+=(util-linux)
for header in zlib.h:zlib1g-dev zstd.h:libzstd-dev lz4frame.h:liblz4-dev snappy-c.h:libsnappy-dev \
  sqlite3.h:libsqlite3-dev faiss/Index.h:libfaiss-dev hiredis/hiredis.h:libhiredis-dev openssl/ssl.h:libssl-dev; do
  [ -e "/usr/include/${header%%:*}" ] || missing+=("${header##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
  else
    die "please install these packages first (Debian names): ${missing[*]}"
  fi
fi

# Whether a folder holds an Arrow that loads on this machine. The loader is asked, so a cut or foreign file is found.
is_whole() {
  [ -f "$1/include/arrow/api.h" ] && [ -f "$1/include/parquet/arrow/reader.h" ] &&
    [ "$(cat "$1/VERSION" 2>/dev/null)" = "$arrow_version" ] &&
    python3 - "$1/lib" <<'PYTHON'
import ctypes, os, sys
for name in ("libarrow.so", "libparquet.so"):
    ctypes.CDLL(os.path.realpath(os.path.join(sys.argv[1], name)), mode=ctypes.RTLD_GLOBAL)
PYTHON
}

mkdir -p .deps
exec 9>.deps/.lock
flock 9
# A library cut short stops the loader by a signal, of which the shell would tell.
if is_whole "$arrow" 2>/dev/null; then
  say "Arrow $arrow_version is in place"
  exit 0
fi

staging=$(mktemp -d .deps/.staging.XXXXXX)
trap 'rm -rf "$staging"' EXIT
say "fetching Arrow $arrow_version for $machine (about 55 MB)"
echo "pyarrow==$arrow_version --hash=sha256:${wheel_sha256[$machine]}" > "$staging/requirements.txt"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
  --implementation cp --python-version 3.12 --abi cp312 --platform "manylinux_2_28_$machine" \
  --dest "$staging" -r "$staging/requirements.txt" ||
  die "the download failed; check the network, or pip's index (PIP_INDEX_URL, pip.conf)"
python3 -m zipfile -e "$staging"/pyarrow-*.whl "$staging/wheel" || die "the download does not unpack; is the disk full?"

mkdir -p "$staging/arrow/lib"
mv "$staging/wheel/pyarrow/include" "$staging/arrow/include"
for library in arrow parquet; do
  # Exactly one file; the linker wants the name without a version.
  file=("$staging"/wheel/pyarrow/lib$library.so.*)
  [ -f "${file[0]}" ] && [ ${#file[@]} -eq 1 ] || die "the wheel has no lib$library"
  mv "${file[0]}" "$staging/arrow/lib/"
  ln -s "$(basename "${file[0]}")" "$staging/arrow/lib/lib$library.so"
done
cp "$staging"/wheel/pyarrow-*.dist-info/licenses/LICENSE.txt "$staging/arrow/" 2>/dev/null || true
echo "$arrow_version" > "$staging/arrow/VERSION"
is_whole "$staging/arrow" || die "the unpacked Arrow does not load on this machine; it needs glibc 2.28 or newer"

sync -f "$staging/arrow"
[ ! -e "$arrow" ] || mv -T "$arrow" "$staging/replaced"
mv -T "$staging/arrow" "$arrow"
say "Arrow $arrow_version is in place"
