#!/usr/bin/env bash
# Builds the documentation from the symbols of the public modules; a warning in our pages is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
out=.build/documentation
rm -rf "$out" .build/symbolgraphs
mkdir -p .build/symbolgraphs
graphs=$(swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members 2>/dev/null |
    sed -n 's/^Files written to //p')
[ -d "$graphs" ] || {
    echo "No symbol graphs were written; run 'swift package dump-symbol-graph' to see why." >&2
    exit 1
}
for module in Pennyweight PennyweightTime PennyweightJSON PennyweightPipeline PennyweightLedger \
    PennyweightMiddleware PennyweightOpenAI PennyweightSQLite PennyweightTesting PennyweightGateway; do
    cp "$graphs/$module"*.symbols.json .build/symbolgraphs/
done
docc=$(command -v docc || echo "$(dirname "$(readlink -f "$(command -v swift)")")/docc")
"$docc" convert Sources/Pennyweight/Documentation.docc --additional-symbol-graph-dir .build/symbolgraphs \
    --fallback-display-name Pennyweight --fallback-bundle-identifier pennyweight \
    --output-path "$out" --warnings-as-errors
echo "The documentation is in $out."
