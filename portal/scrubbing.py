"""What must not stand in a log or an error report, whoever wrote it there: numbers of people, signatures, tokens.

An IIN has twelve digits (law on national registers of identification numbers, art. 1). It is looked for as it is, as bytes in
hexadecimal digits and in base64; a signature holds a name and an IIN, so every long piece of base64 or hexadecimal digits goes;
so do signed tokens, and what Postgres tells of the row that broke a constraint.
"""

import re
from typing import Final

TWELVE_DIGITS: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
IN_HEXADECIMAL: Final = re.compile(r"(?<![0-9a-fA-F])(?:3[0-9]){12}(?![0-9a-fA-F])")
PEM: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{1,32}-----.*?(?:-----END [A-Z0-9 ]{1,32}-----|\Z)", re.DOTALL)
LONG_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{120,}={0,2}")
"""Longer than any hash, key identifier or token of a session; shorter than any signature."""
PIECES: Final = re.compile(
    r"(?:b?(?:['\"]|&\#x27;|&quot;)[A-Za-z0-9+/=_-]{16,}(?:\\n)?(?:['\"]|&\#x27;|&quot;)(?:\s|\\n)*){2,}"
)
"""Base64 that a printer of values has broken into lines."""
LONG_BYTES: Final = re.compile(r"(?:\\x[0-9a-fA-F]{2}|[0-9a-fA-F]{2}){100,}")
SIGNED_TOKEN: Final = re.compile(r"(?<![\w.-])\.?[A-Za-z0-9_-]{24,}:[A-Za-z0-9]{5,7}:[A-Za-z0-9_-]{40,}")
"""Tokens of django.core.signing: value, time, signature."""
OF_A_ROW: Final = re.compile(r"^(DETAIL|CONTEXT|PARAMETERS):.*$", re.MULTILINE)
"""Postgres quotes the row there."""
CREDENTIALS: Final = re.compile(
    r"(?i)\b((?:sessionid|__Host-session|csrftoken|__Host-csrf|csrfmiddlewaretoken)['\"]?\s*[=:]\s*['\"]?)[^\s;,'\"&]+"
)
BEARER: Final = re.compile(r"(?i)\b(Bearer|Basic)\s+[A-Za-z0-9+/=._-]{8,}")
STRETCH: Final = 200_000
"""Characters that are looked through: a longer line is cut, because nobody reads it and the search would take long."""

_RULES: Final = (
    (PEM, "[PEM]"),
    (SIGNED_TOKEN, "[token]"),
    (LONG_BASE64, "[base64]"),
    (PIECES, "[base64]"),
    (LONG_BYTES, "[bytes]"),
    (IN_HEXADECIMAL, "[12 digits]"),
    (TWELVE_DIGITS, "[12 digits]"),
    (OF_A_ROW, r"\1: [hidden]"),
    (CREDENTIALS, r"\1[hidden]"),
    (BEARER, r"\1 [hidden]"),
)


def scrub_report(text: str) -> str:
    """Return a long text of many lines, scrubbed line by line."""
    return "\n".join(scrub(line) for line in PIECES.sub("[base64]", PEM.sub("[PEM]", text)).split("\n"))


def scrub(text: str) -> str:
    """Return the text without numbers of people, signatures, tokens and quoted rows."""
    if len(text) > STRETCH:
        text = f"{text[:STRETCH]}… [cut]"
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
