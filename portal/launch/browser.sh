#!/usr/bin/env bash
# What the tests need beyond Python: a browser, its driver's library, fonts with Kazakh letters, and gettext.
# Root installs them, others are told how.
set -euo pipefail

packages=()
[ -x /usr/bin/chromium ] || packages+=(chromium)
[ -d /usr/share/fonts/truetype/noto ] || packages+=(fonts-noto-core)
command -v msgfmt >/dev/null || packages+=(gettext)
# Playwright brings a Node of its own; the library that Node asks for comes with no browser.
node=$(compgen -G '.venv/lib/python3*/site-packages/playwright/driver/node' || true)
[ -z "$node" ] || "$node" --version >/dev/null 2>&1 || packages+=(libatomic1)
[ ${#packages[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need ${packages[*]}: sudo apt-get install --no-install-recommends ${packages[*]}" >&2
    exit 1
fi
echo "Installing ${packages[*]}…"
apt-get update -qq && apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
