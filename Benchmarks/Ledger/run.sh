#!/usr/bin/env bash
# Durable ledger lines per second (synchronous=FULL, group commit) through the library, against plain C that writes the
# same rows in batches of the same size, by turns in one run; then what one call waits for, and bytes per line.
#   TASKS   how many calls are in flight at once, one series for each (default: "16 64 256")
#   LINES   lines in each measurement (default: 30000)
#   ROUNDS  measurements of each kind (default: 3)
#   WORK    a directory on the disk to measure (default: a temporary one)
# Needs a C compiler and libsqlite3-dev. The first build takes about four minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
tasks="${TASKS:-16 64 256}" lines="${LINES:-30000}" rounds="${ROUNDS:-3}"
swift build -c release --package-path Benchmarks/Ledger --scratch-path .build/bench 2>&1 | grep -E "error|Compiling|Build" | tail -n 3 >&2
bench=.build/bench/release/LedgerBench
work=$(mktemp -d "${WORK:-${TMPDIR:-/tmp}}/bench-ledger-XXXXXX")
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/plain" Benchmarks/Ledger/Plain/plain.c -lsqlite3

echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown); $lines lines; work in $(dirname "$work")"
printf '%5s %5s %12s %12s %7s %12s %14s %14s\n' tasks round library/s plain/s ratio lines/commit 'library us cpu' 'plain us cpu'
for count in $tasks; do
    for round in $(seq "$rounds"); do
        rm -f "$work"/*.sqlite* "$work"/*.lock
        ours=$("$bench" "$work/ledger.sqlite" "$lines" "$count")
        plain=$("$work/plain" "$work/ledger.sqlite" "$work/plain.sqlite")
        awk -v tasks="$count" -v round="$round" -v ours="$ours" -v plain="$plain" 'BEGIN {
            split(ours, a, " "); split(plain, b, " ")
            if (a[2] != b[2]) { print "the two wrote different numbers of lines"; exit 1 }
            printf "%5d %5d %12.0f %12.0f %7.2f %12.1f %14.1f %14.1f\n", tasks, round, a[2] / a[4] * 1e9, b[2] / b[4] * 1e9,
                b[4] / a[4], b[2] / b[8], a[6] / a[2] / 1e3, b[6] / b[2] / 1e3
        }'
    done
done
rm -f "$work"/*.sqlite* "$work"/*.lock
echo "One call after the other, nobody else writing:"
"$bench" "$work/ledger.sqlite" 2000
rm -f "$work"/*.sqlite* "$work"/*.lock
"$bench" "$work/ledger.sqlite" 100000 256 >/dev/null
echo "File size per line, of 100000: $(($(stat -c %s "$work/ledger.sqlite") / 100000)) bytes"
