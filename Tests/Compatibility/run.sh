#!/usr/bin/env bash
# Runs OpenAI's own Python SDK against a live gateway with the simulated provider behind it.
#   PENNYWEIGHT_BIN   the command-line program (default: .build/debug/pennyweight)
# Arguments go to pytest: Tests/Compatibility/run.sh -k stream
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${PENNYWEIGHT_BIN:-$root/.build/debug/pennyweight}
[[ $bin = /* ]] || bin=$PWD/$bin
venv=$root/.build/compat-venv

if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed.txt"
fi

scratch=$(mktemp -d)
gateway=
finish() {
    if [[ -n $gateway ]]; then
        kill -TERM "$gateway" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$gateway" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$gateway" 2>/dev/null || true
        wait "$gateway" 2>/dev/null || true
    fi
    rm -rf "$scratch"
}
trap finish EXIT

# The caller's own settings must not reach the gateway that is tested. It waits for an answer that nobody wants any
# more for 5 seconds instead of 30, because the ledger is read once all attempts are settled.
: >"$scratch/out"
settings=()
for name in $(compgen -e | grep -E '^(OPENAI|PENNYWEIGHT)_' || true); do settings+=(-u "$name"); done
env ${settings[@]+"${settings[@]}"} PENNYWEIGHT_DRAIN_SECONDS=5 \
    "$bin" serve --simulate --port 0 --log-level warning --data "$scratch/data" >"$scratch/out" 2>"$scratch/err" &
gateway=$!

address() { sed -n "s/^$1: //p" "$scratch/out" | head -n 1; }
fail() {
    echo "$1" >&2
    cat "$scratch/out" "$scratch/err" >&2
    exit 1
}

for _ in $(seq 300); do
    base=$(address gateway)
    simulator=$(address simulator)
    [[ -n $base && -n $simulator ]] && break
    kill -0 "$gateway" 2>/dev/null || fail "The gateway ended before it was ready."
    sleep 0.1
done
[[ -n $base && -n $simulator ]] || fail "The gateway said no address within 30 seconds."
"$venv/bin/python" - "${base%/openai/v1}/readyz" <<'PYTHON' || fail "The gateway was not ready within 30 seconds."
import sys, time, urllib.request
for _ in range(300):
    try:
        sys.exit(urllib.request.urlopen(sys.argv[1], timeout=2).status != 200)
    except OSError:
        time.sleep(0.1)
sys.exit(1)
PYTHON

code=0
PENNYWEIGHT_BASE_URL=$base PENNYWEIGHT_SIMULATOR_URL=$simulator PENNYWEIGHT_DATA=$scratch/data \
    PENNYWEIGHT_BIN=$bin "$venv/bin/python" -m pytest -q -p no:cacheprovider "$here" "$@" || code=$?
if [[ $code -ne 0 ]]; then tail -n 20 "$scratch/err" >&2; fi
exit "$code"
