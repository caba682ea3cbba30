#!/usr/bin/env bash
# Builds a small app that depends on this package with `traits: []`, proves that no server package was fetched or
# built for it, and that it prints what the README shows, against the simulated provider.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="${PENNYWEIGHT_BIN:-$PWD/.build/debug/pennyweight}"
app=Examples/TwelveLines

swift build --quiet --package-path "$app" --scratch-path .build/consumer
for package in hummingbird swift-nio async-http-client swift-argument-parser swift-configuration; do
    if grep -qi "/$package\"" "$app/Package.resolved" || [ -e ".build/consumer/checkouts/$package" ]; then
        echo "The app fetched $package although it asked for no traits." >&2
        exit 1
    fi
done
if find .build/consumer -name '*.swiftmodule' | grep -E '/(NIO[A-Za-z0-9]*|Hummingbird[A-Za-z0-9]*|AsyncHTTPClient)\.swiftmodule'; then
    echo "The app built a server package although it asked for no traits." >&2
    exit 1
fi

port_file=$(mktemp)
data=$(mktemp -d)
"$bin" simulate --port 0 >"$port_file" &
simulator=$!
trap 'kill "$simulator" 2>/dev/null; rm -rf "$port_file" "$data"' EXIT
for _ in $(seq 100); do
    grep -q 'http://' "$port_file" && break
    sleep 0.1
done
url=$(grep -o 'http://127.0.0.1:[0-9]*' "$port_file" | head -n 1)
printed=$(cd "$data" && OPENAI_API_KEY=test OPENAI_BASE_URL="$url/v1" "$OLDPWD/.build/consumer/debug/TwelveLines")
promised=$(awk '/<!-- output -->/{flag=1; next} flag && /^```/{n++; if (n==2) exit; next} flag && n==1' README.md)
if [ "$printed" != "$promised" ]; then
    echo "The README promises another output than the program prints:" >&2
    diff <(echo "$promised") <(echo "$printed") >&2
    exit 1
fi
code=$(awk '/<!-- code -->/{flag=1; next} flag && /^```/{n++; if (n==2) exit; next} flag && n==1' README.md)
diff <(echo "$code") "$app/Sources/TwelveLines/main.swift"
echo "The app built without a server package, and its output is the README's:"
echo "$printed"
