"""A sequencer that ends itself with kill -9 at the moment it is told: run as processes of their own by the test beside it."""

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
    """Sequence until nothing waits, or without end."""
    from portal.clock import now
    from signatures.services import sequencing

    if moment in MOMENTS:
        _module, name, after = MOMENTS[moment]
        setattr(sequencing, name, dying(getattr(sequencing, name), after=after, calls=calls))
    while sequencing.run(at=now(), batch=40).entries or moment == "never":
        pass


def fork_on_request() -> None:
    """For each line `moment;calls` start a sequencer and answer its process id; for each line `pid` answer how it ended.

    Loading the portal takes seconds, a fork nothing; each sequencer still has a process and connections of its own.
    """
    for line in sys.stdin:
        moment, _semicolon, calls = line.strip().partition(";")
        if not calls:
            answer = os.waitstatus_to_exitcode(os.waitpid(int(moment), 0)[1])
        elif not (answer := os.fork()):
            try:
                main(moment, int(calls))
            finally:
                os._exit(0 if sys.exc_info()[0] is None else 1)
        print(answer, flush=True)


if __name__ == "__main__":
    django.setup()
    from signatures.services import sequencing as sequencing  # before the first fork: what takes the time

    fork_on_request()
