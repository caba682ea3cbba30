#!/usr/bin/env bash
# Feeds the cache key's canonical form with whatever libFuzzer finds, under the address sanitizer, and compares it with a
# writer by the book. `swift test --filter CanonicalDifferenceTests` is the short form. Usage: Scripts/fuzz.sh [seconds] [seed]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}" seed="${2:-0}"
work=.build/fuzz
mkdir -p "$work/corpus"
key=Sources/PennyweightMiddleware/Cache/Key tests=Tests/PennyweightMiddlewareTests/Cache/Key
swiftc -O -g -swift-version 6 -sanitize=fuzzer,address -parse-as-library -o "$work/fuzz" Sources/PennyweightJSON/*.swift \
    "$key"/CanonicalForm.swift "$key"/CanonicalWriter*.swift "$tests"/NaiveCanonicalForm.swift "$tests"/NaiveNumber.swift \
    Scripts/fuzz/CanonicalFuzz.swift
grep -E '^(body|canonical): .' Tests/Fixtures/CacheKey/cache-key-vectors.txt | cut -d' ' -f2- | while IFS= read -r body; do
    printf '1%s' "$body" >"$work/corpus/$(printf '%s' "$body" | sha256sum | cut -c1-16)"
done
cat >"$work/words" <<'WORDS'
"\"a\":1,"
"\"stream\":"
"\\u00e9"
"\\ud83d\\ude00"
"\\ud83d"
"e20"
"1e-15"
"null"
"{\"b\":1,\"a\":2}"
"\xf0\x9f\x98\x80"
"\xee\x80\x80"
WORDS
ASAN_OPTIONS=detect_leaks=0 "$work/fuzz" -max_total_time="$seconds" -seed="$seed" -max_len=8192 -dict="$work/words" -timeout=20 \
    -artifact_prefix="$work/" -print_final_stats=1 "$work/corpus"
