#!/usr/bin/env bash
# Make .venv from hash-pinned requirements. First the installer (uv) by pip, then everything else by it.
# Called by `make install` with PYTHON and VENV set; says in one sentence what a bare machine lacks.
set -euo pipefail

fail() { echo "$1" >&2; exit 1; }

[ -n "${PYTHON:-}" ] || fail "Python 3.11 is missing: apt-get install python3 python3-venv (Debian 12), or set PYTHON=/path/to/python3.11."
"$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' ||
    fail "Python 3.11 or 3.12 is needed, but $PYTHON is $("$PYTHON" -V 2>&1): set PYTHON=/path/to/python3.11."

# An activated .venv would make the environment from itself: take the Python that it was made from.
PYTHON=$("$PYTHON" -c 'import sys; print(sys._base_executable)')

free=$(df -Pm . | awk 'NR == 2 { print $4 }')
[ "$free" -ge 2000 ] || fail "The disk has only $free MB free here: make room for 2000 MB and start again."

if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    [ "$(id -u)" -eq 0 ] || fail "Python's venv module is missing: sudo apt-get install python3-venv, then start again."
    echo "Installing python3-venv…"
    apt-get update -qq && apt-get install -qq -y --no-install-recommends python3-venv >/dev/null
fi

# Kazakhstan's hashes come from libgcrypt, which Debian has unless somebody took it away.
if ! "$PYTHON" -c 'import ctypes; ctypes.CDLL("libgcrypt.so.20")' 2>/dev/null; then
    command -v apt-get >/dev/null || fail "libgcrypt (libgcrypt.so.20) is missing: install it with your system's packages, then start again."
    [ "$(id -u)" -eq 0 ] || fail "libgcrypt is missing: sudo apt-get install libgcrypt20, then start again."
    echo "Installing libgcrypt20…"
    apt-get update -qq && apt-get install -qq -y --no-install-recommends libgcrypt20 >/dev/null
fi

version=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if ! "$VENV/bin/python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null ||
    ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$VENV"
    "$PYTHON" -m venv "$VENV"
fi
echo "Installing the pinned requirements into $VENV…"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.txt
# uv reads no pip configuration: hand it the index that pip was told to use, if any.
index=$("$VENV/bin/python" -m pip config get global.index-url 2>/dev/null || true)
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}"
# Where the machine keeps certification authorities, trust those: a network with an authority of its own installs it there.
[ ! -s /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
# The bootstrap's requirements are part of the sync, so that uv does not remove itself.
"$VENV/bin/python" -m uv pip sync --quiet --require-hashes --python "$VENV/bin/python" requirements-bootstrap.txt requirements-dev.txt
