#!/usr/bin/env bash
# Megabytes per second and allocations of the cache key's canonical form, against Foundation's parse-and-sort of the same
# bodies (which is no canonical form, see the documentation page "CacheKey"), by turns in one run; then the memory that 64 MiB
# of JSON need. The first build takes about four minutes. Usage: Benchmarks/Key/run.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build -c release --package-path Benchmarks/Key --scratch-path .build/bench 2>&1 | grep -E "error|Compiling|Build" | tail -n 3 >&2
bench=.build/bench/release/KeyBench
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown)"
"$bench" "${1:-3}"
"$bench" memory 64
"$bench" memory 64 nest
