"""The engines that judge signatures, proving themselves again when an administrator looks."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from signatures.eds.gost import selftest

REMEMBERED = timedelta(minutes=5)
"""The proof takes a tenth of a second; a page that is reloaded need not repeat it."""

_last: tuple[datetime, str] | None = None


def lines(at: datetime) -> dict[str, str]:
    """Return what the self-test of this process says and when it was made."""
    global _last
    if _last is None or not _last[0] <= at < _last[0] + REMEMBERED:
        try:
            selftest.run()
            _last = at, ""
        except selftest.EngineFailed as error:
            _last = at, str(error)
    made_at, fault = _last
    return {
        gettext("Self-test on published numbers"): fault or gettext("passed"),
        gettext("Made at"): date_format(localtime(made_at), "DATETIME_FORMAT"),
    }
