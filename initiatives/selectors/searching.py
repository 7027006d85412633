"""Search by words: each word by its stems in both languages, by its beginning, or by the nearest word that occurs.

The vocabulary is asked first (it is small), then one index of stems answers for all texts. No text is read, and no trigram
of a title is compared, however many titles are alike.
"""

from django.db.models import FloatField
from django.db.models.expressions import RawSQL

from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.candidates import documents, nearest, quoted
from portal.translation.folding import LANGUAGES, fold, stem_of
from portal.translation.folding import words as words_in

MOST_WORDS = 6
"""Words of a search that are looked up; what follows them rarely narrows anything."""

BEGINNING_MIN = 3

IN_TEXT = "SELECT initiative_id FROM initiatives_wording WHERE array_to_tsvector(stems) @@ %s::tsquery"
IN_TITLE = "SELECT initiative_id FROM initiatives_wording WHERE array_to_tsvector(title_stems) @@ %s::tsquery"
RELEVANCE = """
(SELECT CASE WHEN array_to_tsvector(w.title_stems) @@ %s::tsquery THEN 1.0 ELSE 0.0 END
        + similarity(w.heading, %s)::double precision
 FROM initiatives_wording w WHERE w.initiative_id = initiatives_initiative.id)
"""


def text_query(typed: str) -> str:
    """Return the text query that all the words make; "" when one of them occurs nowhere, not even nearly."""
    asked = words_in(typed)[:MOST_WORDS]
    stems = {word: [one for one in dict.fromkeys(stem_of(word, of) for of in LANGUAGES) if one] for word in asked}
    known = documents([one for several in stems.values() for one in several])
    strange = [one for several in stems.values() if not known.keys() & set(several) for one in several]
    near = nearest(strange)
    parts = []
    for word, several in stems.items():
        if not several:
            continue  # says nothing
        ways = [quoted(one) for one in several if one in known]
        if not ways:
            ways = [quoted(one) for stem in several for one in near.get(stem, ())]
            beginning = fold(word).replace(" ", "")
            if len(beginning) >= BEGINNING_MIN:
                ways.append(f"{quoted(beginning)}:*")
        if not ways:
            return ""
        parts.append("(" + " | ".join(dict.fromkeys(ways)) + ")")
    return " & ".join(parts)


def with_words(found: InitiativeQuerySet, query: str, *, in_title: bool = False) -> InitiativeQuerySet:
    """Return those whose text, or whose title, the query fits."""
    if not query:
        return found.none()
    return found.filter(pk__in=RawSQL(IN_TITLE if in_title else IN_TEXT, [query]))


def by_relevance(found: InitiativeQuerySet, query: str, typed: str) -> InitiativeQuerySet:
    """Give each its `relevance`: in the title before in the text, and the title that is likest first."""
    return found.annotate(relevance=RawSQL(RELEVANCE, [query or "''", fold(typed)[:200]], output_field=FloatField()))
