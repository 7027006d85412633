"""The words of an initiative in one language, and the canonical form that is hashed and signed."""

import unicodedata
from dataclasses import dataclass

WRITTEN_IN = ("kk", "ru")
"""The languages in which one can write; each is the other's counterpart."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Title, problem and proposal in one language."""

    language: str
    title: str
    problem: str
    proposal: str


def other_language(language: str) -> str:
    """Return the language of the parallel text beside an original in `language`."""
    return "kk" if language == "ru" else "ru"


def canonical(original: Wording, parallel: Wording | None, *, addressee: str, territory: str) -> str:
    """Return what is frozen and hashed: NFC, line feeds, fixed order of parts; the original first.

    Of one text it is that text alone. Two are preceded by a line with the bytes of each, so that no single text has
    the form of two, and no word can move from one to the other.
    """
    texts = [_one(text, addressee, territory) for text in (original, parallel) if text is not None]
    if parallel is None:
        return texts[0]
    sizes = (f"{text.language} {len(form.encode())}" for text, form in zip((original, parallel), texts, strict=True))
    return "\n".join([f"texts: {', '.join(sizes)}", *texts])


def _one(text: Wording, addressee: str, territory: str) -> str:
    parts = (
        f"language: {text.language}",
        f"addressee: {addressee}",
        f"territory: {territory}",
        f"title: {text.title}",
        "",
        text.problem,
        "",
        text.proposal,
    )
    form = "\n".join(part.replace("\r\n", "\n").strip() for part in parts) + "\n"
    return unicodedata.normalize("NFC", form)
