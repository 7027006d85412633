"""Texts that may be alike, found by index alone, and what is known of words: all that likeness asks the database."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db import connection

from initiatives.states import OPEN_TO_VOTES

if TYPE_CHECKING:
    from collections.abc import Mapping

CANDIDATES = 150
MOST_COPIES = 1000
ENOUGH = 20
TELLING = 6
"""The words that tell most about a text are looked up; the others only weigh in."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text: the ways it may stand elsewhere with what each counts, and how much the word tells."""

    ways: "Mapping[str, float]"
    weight: float
    said: str
    occurs: bool

    def found_in(self, stems: Collection[str]) -> float:
        return max((worth for stem, worth in self.ways.items() if stem in stems), default=0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    pk: int
    language: str
    territory_id: str
    heading: str
    title: frozenset[str]
    stems: frozenset[str]


CANDIDATE_SQL = """
SELECT w.initiative_id, i.language, i.territory_id, w.heading, w.title_stems, w.stems
FROM initiatives_wording w JOIN initiatives_initiative i ON i.id = w.initiative_id
WHERE array_to_tsvector(w.{column}) @@ %s::tsquery AND i.state = ANY(%s) AND i.id <> ALL(%s)
  AND (i.closes_at IS NULL OR i.closes_at > coalesce(%s::timestamptz, '-infinity') OR i.state <> ALL(%s))
LIMIT %s
"""
NEAR_SQL = """
SELECT asked.stem, near.stem FROM unnest(%s::text[]) AS asked(stem)
CROSS JOIN LATERAL (
    SELECT t.stem FROM initiatives_term t WHERE t.stem %% asked.stem AND left(t.stem, 1) <> '='
    ORDER BY similarity(t.stem, asked.stem) DESC, t.stem LIMIT 2
) AS near
WHERE similarity(near.stem, asked.stem) >= 0.45
"""


def candidates(
    title: list[Word], body: list[Word], *, states: Collection[str], apart_from: list[int], at: datetime | None
) -> list[Candidate]:
    """Return those that share most of the telling words of the title, or some of the telling words of all.

    With `at` those are left out whose time for votes has run out by then.
    """
    telling_title = sorted((one for one in title if one.occurs), key=lambda one: -one.weight)[:TELLING]
    weights = [(1.5 * one.weight, one) for one in title] + [(one.weight, one) for one in body]
    telling_all = [one for _w, one in sorted(weights, key=lambda pair: -pair[0]) if one.occurs][:TELLING]
    asked = [
        ("title_stems", telling_title, math.ceil(0.6 * len(telling_title)), CANDIDATES),
        ("title_stems", telling_title, 2, CANDIDATES),
        ("stems", telling_all, 3, CANDIDATES),
        ("stems", telling_all, 2, ENOUGH),  # the widest net, which reads the longest lists
    ]
    found: dict[int, Candidate] = {}
    with connection.cursor() as cursor:
        for column, words, least, enough in asked:
            if len(found) >= enough:
                break
            if len(words) < least or least < 1:
                continue
            values = (_query(words, least), list(states), apart_from, at, list(OPEN_TO_VOTES), CANDIDATES)
            cursor.execute(CANDIDATE_SQL.format(column=column), values)
            for row in cursor.fetchall():
                found[row[0]] = _candidate(row)
    return list(found.values())


def copies(words: Sequence[Word], *, states: Collection[str], apart_from: int) -> list[tuple[int, list[str]]]:
    """Return those that share most of the words that tell the text apart, each with its stems."""
    telling = sorted((one for one in words if one.occurs), key=lambda one: -one.weight)[:TELLING]
    if not telling:
        return []
    query = _query(telling, math.ceil(0.6 * len(telling)))
    with connection.cursor() as cursor:
        cursor.execute(
            CANDIDATE_SQL.format(column="stems"),
            (query, list(states), [apart_from], None, list(OPEN_TO_VOTES), MOST_COPIES),
        )
        return [(row[0], row[5]) for row in cursor.fetchall()]


def _candidate(row: tuple[Any, ...]) -> Candidate:
    pk, language, territory_id, heading, of_title, stems = row
    return Candidate(pk, language, territory_id, heading, frozenset(of_title), frozenset(stems))


def _query(words: Sequence[Word], least: int) -> str:
    """Return the text query "at least so many of these words, each in any of its ways"."""
    each = ["(" + " | ".join(quoted(way) for way in word.ways) + ")" for word in words]
    return " | ".join("(" + " & ".join(some) + ")" for some in combinations(each, min(least, len(each))))


def quoted(stem: str) -> str:
    """Return a stem as a text query names it."""
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"


def documents(stems: Collection[str]) -> dict[str, int]:
    """Return in how many texts each of the stems stands; those that stand in none are left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stem, documents FROM initiatives_term WHERE stem = ANY(%s)", [list(stems)])
        return dict(cursor.fetchall())


def texts() -> int:
    """Return about how many texts there are: Postgres's own estimate, exact enough to tell rare from common."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'initiatives_wording'::regclass")
        row = cursor.fetchone()
    return max(int(row[0]) if row else 0, 300)


def nearest(stems: Sequence[str]) -> dict[str, list[str]]:
    """Return for stems that no text has those that are written almost so."""
    unknown = [stem for stem in dict.fromkeys(stems) if len(stem) >= 4 and stem.isalpha()]
    found: dict[str, list[str]] = {}
    if unknown:
        with connection.cursor() as cursor:
            cursor.execute(NEAR_SQL, [unknown])
            for asked, near in cursor.fetchall():
                found.setdefault(asked, []).append(near)
    return found
