#!/usr/bin/env bash
# Microseconds of one search through vectors of 1,536 numbers. Compiles the library's own files alone, optimised: half a
# minute. Usage: Benchmarks/Vectors/run.sh [counts: 1000 10000 100000]
set -euo pipefail
cd "$(dirname "$0")/../.."
middleware=Sources/PennyweightMiddleware
mkdir -p .build/bench
swiftc -O -wmo -swift-version 6 -o .build/bench/vectors -enable-upcoming-feature InternalImportsByDefault \
    "$middleware"/Semantic/{UnitVector,VectorMatrix}.swift "$middleware"/Cache/{CacheKey,Hexadecimal}.swift \
    Benchmarks/Vectors/main.swift -Xlinker -lm
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown)"
.build/bench/vectors "$@"
