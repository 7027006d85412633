"""Which initiatives say the same as a text, while it is written and when it is checked.

Words are compared by folded stems, by the civic subject they stand for (so that a Kazakh text finds its Russian twin), and
by the nearest known stem where one was mistyped. Rare words weigh more. The database finds some hundred candidates by index
alone; how alike each is, is counted here, so that the number can be explained.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from initiatives.limits import NEARLY_IDENTICAL
from initiatives.models import Initiative
from initiatives.selectors.candidates import TELLING, Candidate, Word, candidates, copies, documents, nearest, texts
from initiatives.selectors.wording import Words, telling, words_of, words_of_initiative
from initiatives.states import ANSWERED_STATES, LISTED, OPEN_TO_VOTES, WITH_THE_BODY, State
from portal.translation.folding import SUBJECT_MARK, subjects_of

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 5
LIKE_ENOUGH = 0.28
"""Below this a reader sees no likeness: shown would be noise (measured by tests/initiatives/twins)."""

TO_JOIN = OPEN_TO_VOTES | {State.THRESHOLD_REACHED} | WITH_THE_BODY | ANSWERED_STATES
"""What an author is led to: what can be joined, what the body has already, what it has answered."""

TO_SHOW = TO_JOIN & LISTED
"""What strangers are shown of these: what gathers joiners has not been checked yet, and is known to those with its link."""

TO_COMPARE = LISTED | {State.JOINING, State.CHECK, State.MODERATION}
"""What a moderator compares with: also the rejected, and what waits beside it."""

BODY_WORDS = 20
BY_SUBJECT, NEAR = 0.75, 0.8
"""What a word counts that is the same only in subject, or only after mending a slip."""

IN_TITLE, IN_BODY, FROM_TITLE = 0.45, 0.2, 0.35
"""Parts of likeness: the text's title found there; its body found there; that title found in this text."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A text that is alike: how much (0 to 1) and why."""

    initiative: Initiative
    likeness: float
    reason: str

    @property
    def is_answered(self) -> bool:
        """Whether the body has answered it."""
        return self.initiative.state in ANSWERED_STATES

    @property
    def is_with_the_body(self) -> bool:
        """Whether it has its votes and waits for the body."""
        return self.initiative.state in WITH_THE_BODY | {State.THRESHOLD_REACHED}


def twins_of_text(
    *, title: str, body: str, language: str, territory_id: str = "", apart_from: Iterable[int] = (), at: datetime
) -> list[Twin]:
    """Return what one could join or read instead of writing this, the likest first; nothing before there are two words."""
    words = words_of(title, body, language)
    return _alike(words, language, territory_id, states=TO_SHOW, apart_from=apart_from, at=at)


def twins_of(initiative: Initiative) -> list[Twin]:
    """Return what a moderator should see beside this initiative."""
    words, own = words_of_initiative(initiative), [initiative.pk]
    return _alike(words, initiative.language, initiative.territory_id, states=TO_COMPARE, apart_from=own, at=None)


def copies_of(initiative: Initiative) -> list[Initiative]:
    """Return those with nearly the same text, whoever wrote them, the newest first: one may be a robot's work."""
    words = words_of_initiative(initiative)
    plain = {stem: said for stem, said in words.text.items() if stem in words.plain}
    weighed = _weighed(plain, initiative.language, documents(plain), {}, texts())
    found = nearly_identical(words, copies(weighed, states=TO_COMPARE, apart_from=initiative.pk))
    return list(
        Initiative.objects.filter(pk__in=found).select_related("author", "body", "kind").defer("search").order_by("-pk")
    )


def nearly_identical(words: Words, among: "Iterable[tuple[int, Collection[str]]]") -> list[int]:
    """Return the numbers of those whose stems are nearly all the same, numbers in the text left aside."""
    own = words.plain
    found = []
    for pk, stems in among:
        other = telling(stems)
        union = len(own | other)
        if union and len(own & other) / union >= NEARLY_IDENTICAL:
            found.append(pk)
    return found


def _alike(
    words: Words,
    language: str,
    territory_id: str,
    *,
    states: Collection[str],
    apart_from: Iterable[int],
    at: datetime | None,
) -> list[Twin]:
    known, total = documents(words.text), texts()
    near = nearest([stem for stem in (*words.title, *words.text) if stem not in known][: TELLING * 2])
    known |= documents(_all_ways(near, language))
    title = _weighed(words.title, language, known, near, total)
    body = _weighed({s: w for s, w in words.text.items() if s not in words.title}, language, known, near, total)
    body = sorted(body, key=lambda one: -one.weight)[:BODY_WORDS]
    if len(title) + len(body) < 2:
        return []
    others = candidates(title, body, states=states, apart_from=list(apart_from), at=at)
    known |= documents({stem for one in others for stem in one.title} - known.keys())
    heading = _trigrams(words.heading)
    scored: list[tuple[float, float, Candidate]] = []
    for one in others:
        same_title = _overlap(heading, _trigrams(one.heading))
        likeness = max(_likeness(title, body, words, one, known, total), 0.9 * same_title)
        likeness += 0.04 * (bool(territory_id) and one.territory_id == territory_id)
        if likeness >= LIKE_ENOUGH:
            scored.append((min(1.0, likeness), same_title, one))
    best = sorted(scored, key=lambda row: (-row[0], -row[2].pk))[:SHOWN]
    shown = Initiative.objects.select_related("kind", "body", "tally", "territory", "author").defer("search")
    rows = shown.in_bulk([one.pk for _score, _same, one in best])
    return [
        Twin(rows[one.pk], score, _reason(title, body, language, one, same_title))
        for score, same_title, one in best
        if one.pk in rows
    ]


def _likeness(
    title: list[Word], body: list[Word], words: Words, one: Candidate, known: "Mapping[str, int]", total: int
) -> float:
    parts = [
        (IN_TITLE, sum(w.weight * max(w.found_in(one.title), 0.6 * w.found_in(one.stems)) for w in title), title),
        (IN_BODY, sum(w.weight * w.found_in(one.stems) for w in body), body),
    ]
    shares = [(part, got / sum(w.weight for w in all_words)) for part, got, all_words in parts if all_words]
    near = {stem for word in title for stem in word.ways}
    own = total_weight = 0.0
    for stem in one.title:
        if stem.startswith(SUBJECT_MARK) or stem.isdigit():
            continue
        weight = _weight(known.get(stem, 1), total)
        subjects = subjects_of(stem, one.language)
        total_weight += weight
        if stem in near:
            own += weight
        elif stem in words.text:
            own += 0.7 * weight
        elif any(subject in words.title for subject in subjects):
            own += BY_SUBJECT * weight
        elif any(subject in words.text for subject in subjects):
            own += 0.5 * weight
    if total_weight:
        shares.append((FROM_TITLE, own / total_weight))
    return sum(part * share for part, share in shares) / sum(part for part, _share in shares)


def _weighed(
    stems: "Mapping[str, str]", language: str, known: "Mapping[str, int]", near: "Mapping[str, list[str]]", total: int
) -> list[Word]:
    """Return each word with the ways it may stand elsewhere; a number tells little."""
    found = []
    for stem, said in stems.items():
        if stem.startswith(SUBJECT_MARK):
            continue
        ways = {stem: 1.0, **dict.fromkeys(near.get(stem, ()), NEAR)}
        mended = [*subjects_of(stem, language), *(s for one in near.get(stem, ()) for s in subjects_of(one, language))]
        ways = {**dict.fromkeys(mended, BY_SUBJECT), **ways}
        ways = {way: worth for way, worth in ways.items() if way in known or way == stem}
        weight = _weight(max(known.get(way, 1) for way in ways), total)
        found.append(Word(ways, weight * (0.3 if stem.isdigit() else 1.0), said, any(way in known for way in ways)))
    return found


def _all_ways(near: "Mapping[str, list[str]]", language: str) -> set[str]:
    mended = {one for stems in near.values() for one in stems}
    return mended | {subject for stem in mended for subject in subjects_of(stem, language)}


def _weight(documents: int, total: int) -> float:
    return math.log(1 + max(total, documents) / max(documents, 1))


def _reason(title: list[Word], body: list[Word], language: str, one: Candidate, same_title: float) -> str:
    if same_title >= 0.7:
        return _("The title is almost the same.")
    common = [word for word in sorted((*title, *body), key=lambda w: -w.weight) if word.found_in(one.stems)]
    said = ", ".join(dict.fromkeys(word.said for word in common[:5]))
    if one.language != language:
        return _("The same matter in the other language: %(words)s.") % {"words": said}
    return _("Words in common: %(words)s.") % {"words": said}


def _trigrams(text: str) -> frozenset[str]:
    return frozenset(f"  {word} "[place : place + 3] for word in text.split() for place in range(len(word) + 1))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
