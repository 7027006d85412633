"""Keeping the words of frozen texts for search, and counting how rare each is."""

from collections.abc import Iterable

from django.db import connection, transaction

from initiatives.models import Initiative, Term, Wording
from initiatives.selectors.wording import words_of_initiative

BATCH = 500

COUNT = """
INSERT INTO initiatives_term (stem, documents)
SELECT word, ndoc FROM ts_stat('SELECT array_to_tsvector(stems) FROM initiatives_wording')
WHERE length(word) <= 60 ORDER BY word
ON CONFLICT (stem) DO UPDATE SET documents = EXCLUDED.documents
WHERE initiatives_term.documents <> EXCLUDED.documents
"""
FORGET = """
DELETE FROM initiatives_term WHERE NOT EXISTS (
    SELECT FROM initiatives_wording WHERE array_to_tsvector(stems) @@ quote_literal(stem)::tsquery
) AND documents <= 1
"""


def keep(initiative: Initiative) -> None:
    """Keep the words of one text; again when it changed."""
    keep_all([initiative])


@transaction.atomic
def keep_all(initiatives: Iterable[Initiative]) -> None:
    """Keep the words of many texts in one statement each for words and terms."""
    rows: list[Wording] = []
    for one in initiatives:
        words = words_of_initiative(one)
        rows.append(
            Wording(
                initiative=one,
                heading=words.heading,
                title_stems=sorted(words.title.keys() & words.text.keys()),
                stems=sorted(words.text),
            )
        )
    Wording.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["initiative"],
        update_fields=["heading", "title_stems", "stems"],
    )
    # In one order, so that two texts handed over at once do not wait for each other in a circle.
    terms = sorted({stem for row in rows for stem in row.stems})
    Term.objects.bulk_create([Term(stem=stem) for stem in terms], batch_size=BATCH, ignore_conflicts=True)


def forget(initiative: Initiative) -> None:
    """Drop the words of a text that is no longer shown: it is found no more."""
    Wording.objects.filter(initiative=initiative).delete()


def count_terms() -> None:
    """Count in how many texts each stem stands; drop those that stand in none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT)
        cursor.execute(FORGET)
