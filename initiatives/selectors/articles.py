"""Sources of numbers in the reader's language: rows name them briefly and in English, as "APPC 90-3(4)"."""

from django.utils.translation import gettext as _

CODE = "APPC "
"""Administrative Procedural and Process-Related Code."""

DIVIDED = "demonstration: "


def cite(article: str) -> str:
    """Return the source as a reader knows it; what is not known here stays as staff wrote it."""
    return ", ".join(_cite_part(part) for part in article.split(", "))


def _cite_part(part: str) -> str:
    if part.startswith(CODE):
        return _("APPC, art. %(article)s") % {"article": part.removeprefix(CODE)}
    if part.startswith(DIVIDED):
        return _("for this demonstration %(share)s of it") % {"share": part.removeprefix(DIVIDED)}
    return _("rules of the portal") if part == "rules of the portal" else part
