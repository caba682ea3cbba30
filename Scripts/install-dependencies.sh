#!/usr/bin/env bash
# Installs what the build and the tests need and this machine lacks, from Debian's or Ubuntu's packages.
set -euo pipefail

command -v swift >/dev/null || {
    echo "No Swift toolchain found. Install Swift 6.1 or later (swift.org/install) and put it on the PATH." >&2
    exit 1
}

missing=()
[ -e /usr/include/sqlite3.h ] || missing+=(libsqlite3-dev)
[ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
command -v pkg-config >/dev/null || missing+=(pkg-config)
command -v python3 >/dev/null || missing+=(python3)
if command -v python3 >/dev/null && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    missing+=(python3-venv)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

[ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null || {
    echo "Missing: ${missing[*]}. Install them with this system's package manager." >&2
    exit 1
}
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "Missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
echo "Installing with apt: ${missing[*]}"
"${as_root[@]}" apt-get update -q </dev/null
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null
