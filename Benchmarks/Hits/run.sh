#!/usr/bin/env bash
# Requests per second of a cache hit through the gateway, against nginx returning the same bytes, in one run.
# Needs nginx and wrk (Debian's packages) and `make release`. Usage: Benchmarks/Hits/run.sh [rounds] [seconds]
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds="${1:-3}"
seconds="${2:-5}"
bin="${PENNYWEIGHT_BIN:-.build/release/pennyweight}"
for tool in nginx wrk curl; do
    command -v "$tool" >/dev/null || {
        echo "$tool is missing: apt-get install $tool" >&2
        exit 1
    }
done
work=$(mktemp -d)
chmod 755 "$work"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait "${pids[@]}" 2>/dev/null; rm -rf "$work"' EXIT

port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
gateway_port=$(port)
nginx_port=$(port)
question='{"model":"gpt-4o-mini","max_tokens":180,"messages":[{"role":"user","content":"Tell me about copper."}]}'

env -u PENNYWEIGHT_BIN "$bin" serve --log-level error --simulate --port "$gateway_port" --data "$work/data" >"$work/gateway.log" 2>&1 &
pids+=($!)
gateway=$!
for _ in $(seq 200); do
    curl -sf "http://127.0.0.1:$gateway_port/readyz" >/dev/null && break
    sleep 0.1
done
url="http://127.0.0.1:$gateway_port/v1/chat/completions"
idle=$(awk '/VmRSS/{print $2}' "/proc/$gateway/status")
ask() { curl -sf -H 'content-type: application/json' -H 'authorization: Bearer test' -d "$question" "$@" "$url"; }
ask -o "$work/answer.json"
ask -D "$work/head" -o "$work/again.json"
grep -qi '^cache-status:.*hit' "$work/head"
cmp "$work/answer.json" "$work/again.json"

cat >"$work/nginx.conf" <<CONF
worker_processes 1;
daemon off;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    keepalive_requests 1000000000;
    server {
        listen 127.0.0.1:$nginx_port;
        root $work;
        default_type application/json;
        location / { error_page 405 =200 \$uri; }
    }
}
CONF
nginx -c "$work/nginx.conf" &
pids+=($!)
sleep 0.5
cat >"$work/post.lua" <<LUA
wrk.method = "POST"
wrk.body = '$question'
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer test"
LUA

measure() { # connections, url
    wrk -t1 -c"$1" -d"${seconds}s" --latency -s "$work/post.lua" "$2" |
        awk '/50%/{p50=$2} /99%/{p99=$2} /Requests\/sec/{rps=$2} /Non-2xx/{bad=$0} END{print rps, p50, p99, bad}'
}
echo "answer: $(stat -c %s "$work/answer.json") bytes; gateway idle: $idle kB; $(nproc) cores; binary: $bin"
printf '%-8s %-12s %12s %10s %10s\n' round target req/s p50 p99
for round in $(seq "$rounds"); do
    for connections in 1 32; do
        for target in gateway nginx; do
            [ "$target" = gateway ] && at="$url" || at="http://127.0.0.1:$nginx_port/answer.json"
            read -r rps p50 p99 bad <<<"$(measure "$connections" "$at")"
            printf '%-8s %-12s %12s %10s %10s %s\n' "$round" "$target/c$connections" "$rps" "$p50" "$p99" "$bad"
        done
    done
done
echo "gateway under load: $(awk '/VmRSS/{print $2}' "/proc/$gateway/status") kB"
