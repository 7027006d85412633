"""A list of checks that goes on after a failure, wherever the next check still makes sense.

The portal stops at the first failure, because it has to say yes or no to a voter. An auditor wants to know everything that
is wrong: an expired certificate does not make its signature wrong, and the report must say both.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from signatures.eds.errors import Code, EdsError

T = TypeVar("T")


class Result(StrEnum):
    """How a check ended. NOTED: the portal would refuse it, the signature is not the worse for it."""

    OK = "ok"
    FAILED = "failed"
    NOTED = "noted"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `detail` is in English, for programs and operators, and holds neither IIN nor name."""

    step: str
    result: Result
    code: Code | None = None
    detail: str = ""


@dataclass(slots=True)
class Ledger:
    """The checks in their order."""

    checks: list[Check] = field(default_factory=list)

    def run(self, step: str, function: Callable[..., T], *arguments: Any, detail: str = "") -> T | None:
        """Make a check and return its result; None when it failed, or when one of its arguments is missing."""
        if any(argument is None for argument in arguments):
            self.skip(step, "an earlier check failed")
            return None
        try:
            result = function(*arguments)
        except EdsError as error:
            self.checks.append(Check(step, Result.FAILED, error.code, error.detail))
            return None
        self.checks.append(Check(step, Result.OK, detail=detail))
        return result

    def skip(self, step: str, why: str) -> None:
        """Say that a check could not be made."""
        self.checks.append(Check(step, Result.SKIPPED, detail=why))

    def note(self, step: str, code: Code, detail: str) -> None:
        """Say what the portal would refuse, though it makes no signature wrong."""
        self.checks.append(Check(step, Result.NOTED, code, detail))

    def fail(self, step: str, code: Code, detail: str = "") -> None:
        """Write down a failure that was found without an exception."""
        self.checks.append(Check(step, Result.FAILED, code, detail))

    def ok(self, step: str, detail: str = "") -> None:
        """Write down a success."""
        self.checks.append(Check(step, Result.OK, detail=detail))

    @property
    def code(self) -> Code | None:
        """The code of the first check that failed."""
        return next((check.code for check in self.checks if check.result is Result.FAILED), None)

    def result(self, step: str) -> Result | None:
        """How the named check ended; None when it was not made."""
        return next((check.result for check in self.checks if check.step == step), None)
