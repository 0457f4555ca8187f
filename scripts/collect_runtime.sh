#!/usr/bin/env bash
# collect_runtime.sh PROGRAM FOLDER: puts the program into FOLDER/bin and the libraries that Debian does not bring into
# FOLDER/lib/slipway, where the program looks for them. Fails when a library is missing.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: collect_runtime.sh PROGRAM FOLDER" >&2; exit 2; }
program=$1
folder=$2
[ -x "$program" ] || { echo "collect_runtime: $program is no program; build it first" >&2; exit 1; }
libraries=$(ldd "$program")
if grep -q 'not found' <<<"$libraries"; then
  echo "collect_runtime: libraries of $program are missing:" >&2
  grep 'not found' <<<"$libraries" >&2
  exit 1
fi
mkdir -p "$folder/bin" "$folder/lib/slipway"
cp "$program" "$folder/bin/slipway"
while read -r name _ path _; do
  # Debian's own lie straight in the folder of the machine's kind.
  case $path in
    /lib/*-linux-gnu/*/* | /usr/lib/*-linux-gnu/*/*) ;;
    /lib/*-linux-gnu/* | /usr/lib/*-linux-gnu/*) continue ;;
    /*) ;;
    *) continue ;;
  esac
  cp -L "$path" "$folder/lib/slipway/$name"
done < <(grep ' => /' <<<"$libraries")
