#!/usr/bin/env bash
# What a hit costs in memory and in cache.sqlite, against a plain C program that does one prepared point select and one
# inflate of the same row, by turns in one run; the growth with the number of entries; and the bytes that an entry takes.
#   ENTRIES  how many entries of 1 KB, one series each (default: "10000 1000000")
#   LARGE    how many of 20 KB (default: "10000")
#   READS    reads in each measurement (default: 100000)
#   ROUNDS   measurements of each kind (default: 3)
#   WORK     a directory on the disk to measure (default: a temporary one; a million entries need 1 GB)
# Needs a C compiler, libsqlite3-dev and zlib1g-dev. The first build takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
series="${ENTRIES:-10000 1000000}" large="${LARGE:-10000}" reads="${READS:-100000}" rounds="${ROUNDS:-3}"
swift build -c release --package-path Benchmarks/Cache --scratch-path .build/bench 2>&1 | grep -E "error|Compiling|Build" | tail -n 3 >&2
bench=.build/bench/release/CacheBench
work=$(mktemp -d "${WORK:-${TMPDIR:-/tmp}}/bench-cache-XXXXXX")
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/plain" Benchmarks/Cache/Plain/plain.c -lsqlite3 -lz
cc -O2 -shared -fPIC -o "$work/count.so" Benchmarks/Cache/Plain/count.c 2>/dev/null || true
"$bench" dictionary "$work/dictionary"
counted() { LD_PRELOAD="$work/count.so" "$bench" "$@"; }
field() { awk -v name="$2" '{ for (i = 1; i < NF; i++) if ($i == name) print $(i + 1) }' <<<"$1"; }

echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown); $reads reads; nanoseconds; work in $(dirname "$work")"
format='%-8s %9s %6s %6s %9s %9s %9s %9s %7s %7s\n'
printf "$format" tier entries bytes round p50 p99 'plain p50' 'plain p99' 'p50 x' allocs
measure() { # bytes, entries
    local file="$work/$1-$2.sqlite" filled
    filled=$("$bench" fill "$file" "$2" "$1")
    for round in $(seq "$rounds"); do
        local plain ours
        plain=$("$work/plain" "$file" "$work/dictionary" "$2" "$reads")
        ours=$(counted disk "$file" "$2" "$reads")
        [ "$(field "$plain" found)" = "$(field "$ours" found)" ] || { echo "the two found different rows"; exit 1; }
        printf "$format" disk "$2" "$1" "$round" "$(field "$ours" p50)" "$(field "$ours" p99)" \
            "$(field "$plain" p50)" "$(field "$plain" p99)" \
            "$(awk -v a="$(field "$ours" p50)" -v b="$(field "$plain" p50)" 'BEGIN { printf "%.2f", a / b }')" \
            "$(field "$ours" allocations)"
    done
    local plainBytes
    plainBytes=$(field "$filled" plain)
    echo "         bytes per entry: $(($(stat -c %s "$file") / $2)) in the file, $((plainBytes / $2)) uncompressed"
    rm -f "$file"*
}
for entries in $series; do measure 1024 "$entries"; done
for entries in $large; do measure 20480 "$entries"; done
"$bench" fill "$work/front.sqlite" 10000 1024 >/dev/null
for round in $(seq "$rounds"); do
    for bytes in 1024 20480; do
        ours=$(counted memory 10000 "$bytes" "$reads")
        printf "$format" memory 10000 "$bytes" "$round" "$(field "$ours" p50)" "$(field "$ours" p99)" - - - "$(field "$ours" allocations)"
    done
    ours=$(counted front "$work/front.sqlite" 10000 "$reads")
    printf "$format" front 10000 1024 "$round" "$(field "$ours" p50)" "$(field "$ours" p99)" - - - "$(field "$ours" allocations)"
done
# Through all stages, with the hit's line in a ledger: from memory, and from the file.
for round in $(seq "$rounds"); do
    for memory in 64 0; do
        ours=$(counted calls "$work/calls-$round-$memory.sqlite" 10000 "$reads" "$memory")
        [ "$(field "$ours" found)" = "$reads" ] || { echo "not all were hits: $ours"; exit 1; }
        printf "$format" "$([ "$memory" = 0 ] && echo calls-d || echo calls-m)" 10000 1024 "$round" \
            "$(field "$ours" p50)" "$(field "$ours" p99)" - - - "$(field "$ours" allocations)"
        rm -f "$work/calls-$round-$memory.sqlite"*
    done
done
