"""Numbers as people here read them: 12 345 with a narrow no-break space in Kazakh and Russian, 12,345 in English."""

from datetime import date

from django.utils import formats, translation
from django.utils.translation import gettext, ngettext


def grouped(value: int | float, decimals: int | None = None) -> str:
    if isinstance(value, float) and decimals is None and value.is_integer():
        value = int(value)
    return formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)


def percent(part: float, whole: float) -> str:
    """Return the share as text: below one per cent with a decimal, and never "100 %" before all is there."""
    share = 0.0 if not whole else 100 * part / whole
    if 0 < share < 0.05:
        return "<" + formats.number_format(0.1, decimal_pos=1) + _percent_sign()
    decimals = 1 if 0 < share < 1 or (99 < share < 100) else 0
    if share < 100:
        share = min(share, 99.9)
    return formats.number_format(share, decimal_pos=decimals) + _percent_sign()


def _percent_sign() -> str:
    return "%" if (translation.get_language() or "").startswith("en") else "\u00a0%"


def days_until(due: date, today: date) -> str:
    """Say how far a deadline is, in calendar days."""
    days = (due - today).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days == -1:
        return gettext("yesterday")
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": grouped(days)}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": grouped(-days)}
