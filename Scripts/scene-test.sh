#!/usr/bin/env bash
# Plays the scene of `make run` to its end and checks that it showed what it promises.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="${PENNYWEIGHT_BIN:-.build/debug/pennyweight}"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$bin" demo --exit | tee "$out"
for wanted in "hit" "miss" "stream" "image" "fault" "402" "total"; do
    grep -qi -- "$wanted" "$out" || {
        echo "The scene does not show '$wanted'." >&2
        exit 1
    }
done
grep -q "equals what the provider billed" "$out"
