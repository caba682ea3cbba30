#!/usr/bin/env bash
# Plays the scene of `make run` to its end and checks that it showed what it promises.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="${PENNYWEIGHT_BIN:-.build/debug/pennyweight}"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$bin" demo --exit | tee "$out"
# How many lines of the table must look like this.
expect() { # count, pattern
    found=$(grep -cE -- "$2" "$out" || true)
    [ "$found" -eq "$1" ] || {
        echo "The scene has $found lines like '$2', not $1." >&2
        exit 1
    }
}
expect 3 ' 200 +hit +\$0 +\$0\.[0-9]+ +0 '
expect 1 '^  the other of them +200 +coalesced +\$0 +\$0\.[0-9]+ +0 '
expect 4 ' 200 +miss +\$0\.[0-9]+ +\$0 +1 '
expect 1 '^a fault: 500, twice +200 +miss +\$0\.[0-9]+ +\$0 +3 '
expect 1 '^more than the budget +402 '
grep -q "equals what the provider billed" "$out"
