"""A sequencer that ends itself with kill -9 at the moment it is told: run as a process of its own by the test beside it."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

MOMENTS = {
    "places written": ("sequencing", "_grow", False),
    "tree written, not committed": ("sequencing", "_grow", True),
    "committed, not signed": ("sequencing", "sign", False),
    "signing, before the head is kept": ("sequencing", "sign_note", True),
    "signed, not archived": ("sequencing", "archive", False),
    "archived": ("sequencing", "archive", True),
}
"""Module, function, and whether it dies after the function has done its work."""


def dying(function: Callable[..., Any], *, after: bool, calls: int) -> Callable[..., Any]:
    left = calls

    def die(*arguments: Any, **keywords: Any) -> Any:
        nonlocal left
        left -= 1
        result = function(*arguments, **keywords) if after or left else None
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return die


def main(moment: str, calls: int) -> None:
    django.setup()
    from portal.clock import now
    from signatures.services import sequencing

    if moment in MOMENTS:
        _module, name, after = MOMENTS[moment]
        setattr(sequencing, name, dying(getattr(sequencing, name), after=after, calls=calls))
    while sequencing.run(at=now(), batch=40).entries or moment == "never":
        pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
