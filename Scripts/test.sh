#!/usr/bin/env bash
# Everything that CI runs, in the order in which it fails fastest. One debug build serves all steps.
set -euo pipefail
cd "$(dirname "$0")/.."
export PENNYWEIGHT_BIN="$PWD/.build/debug/pennyweight"

step() {
    echo
    echo "== $1 ($(date -u +%H:%M:%S))"
}

step "Format"
swift format lint --strict -r Package.swift Sources Tests Examples

step "Scripts"
python3 -m unittest discover -q -s Scripts -p 'test_*.py'

step "Build"
swift build --build-tests

step "Swift tests"
# All at once they share two cores, and each seems slow: on a busy machine beyond its time limit.
width=()
if swift test --help-hidden 2>/dev/null | grep -q -- --experimental-maximum-parallelization-width; then
    width=(--experimental-maximum-parallelization-width 16)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift test --skip-build "${width[@]}" 2>&1 | tee "$log"; then
    echo
    echo "Failed:"
    grep -E "^✘|recorded an issue|error:" "$log" | sort -u | tail -40
    exit 1
fi

step "An app with traits: [] and the README's example"
Scripts/consumer.sh

step "OpenAI's Python SDK against the gateway"
Tests/Compatibility/run.sh

step "kill -9 under load"
python3 Scripts/kill-campaign.py --binary "$PENNYWEIGHT_BIN" --rounds 25 --stretch 25
python3 Scripts/kill-campaign.py --binary "$PENNYWEIGHT_BIN" --rounds 20 --stretch 20 --gateways 2

step "The scene of 'make run'"
Scripts/scene-test.sh

step "Documentation"
Scripts/docs.sh

step "All steps passed"
