#!/usr/bin/env bash
# What the tests need beyond Python: a browser, fonts with Kazakh letters, and gettext. Root installs them, others are told how.
set -euo pipefail

packages=()
[ -x /usr/bin/chromium ] || packages+=(chromium)
[ -d /usr/share/fonts/truetype/noto ] || packages+=(fonts-noto-core)
command -v msgfmt >/dev/null || packages+=(gettext)
[ ${#packages[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need ${packages[*]}: sudo apt-get install --no-install-recommends ${packages[*]}" >&2
    exit 1
fi
echo "Installing ${packages[*]}…"
apt-get update -qq && apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
