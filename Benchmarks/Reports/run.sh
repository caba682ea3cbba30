#!/usr/bin/env bash
# How long a report over many lines takes, against one over a hundredth of them: the same 30 days, the same
# combinations. Prints the times of `pennyweight report` and of the ledger's report() alone, taken in turns, and
# the bytes of the file for each line. Needs `make release` and about 1 kB of disk for each line.
# Usage: Benchmarks/Reports/run.sh [lines of the large ledger] [rounds]
set -euo pipefail
cd "$(dirname "$0")/../.."
large="${1:-10000000}"
rounds="${2:-21}"
small=$((large / 100))
bin="${PENNYWEIGHT_BIN:-.build/release/pennyweight}"
here=Benchmarks/Reports
[ -x "$bin" ] || { echo "$bin is missing: make release" >&2; exit 1; }

bench="${REPORT_BENCH_BIN:-}"
if [ -z "$bench" ]; then
    swift build --quiet -c release --package-path "$here" --scratch-path .build/report-bench
    bench=.build/report-bench/release/ReportBench
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/report-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

bytes_per_line() { # name, lines
    echo "$(($(stat -c %s "$work/$1/ledger.sqlite") / $2)) bytes per line"
}
for name in small large; do
    lines=${!name}
    mkdir "$work/$name"
    file="$work/$name/ledger.sqlite"
    "$bench" create "$file"
    start=$SECONDS
    python3 "$here/fill.py" "$file" "$lines"
    filled=$((SECONDS - start))
    without=$(bytes_per_line "$name" "$lines")
    totals=$("$bench" totals "$file")
    python3 -c "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')" "$file"
    echo "$name: $lines lines in $filled s, totals made of them in $totals; $(bytes_per_line "$name" "$lines")," \
        "$without without totals"
done
echo "$(nproc) cores; binary: $bin; rounds: $rounds"

"$bench" time "$work/small/ledger.sqlite" "$work/large/ledger.sqlite" "$rounds"
python3 - "$bin" "$work" "$rounds" <<'PYTHON'
import statistics, subprocess, sys, time

binary, work, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
times = {"small": [], "large": []}
for _ in range(rounds + 1):
    for name in times:
        start = time.perf_counter()
        subprocess.run([binary, "report", "--by", "day,model", "--format", "csv", "--data", f"{work}/{name}"],
                       check=True, stdout=subprocess.DEVNULL)
        times[name].append((time.perf_counter() - start) * 1000)
start = time.perf_counter()
for _ in range(rounds):
    subprocess.run([binary, "report", "--help"], check=True, stdout=subprocess.DEVNULL)
idle = (time.perf_counter() - start) * 1000 / rounds
small, large = (statistics.median(times[name][1:]) for name in ("small", "large"))
print(f"pennyweight report --by day,model: median {small:.1f} and {large:.1f} ms, "
      f"worst {max(times['small'][1:]):.1f} and {max(times['large'][1:]):.1f} ms, ratio {large / small:.2f}; "
      f"of that {idle:.1f} ms are the start of the process")
PYTHON
