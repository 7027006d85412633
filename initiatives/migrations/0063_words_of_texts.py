"""The words of the texts that others may see already."""

from typing import Any

from django.db import migrations

BATCH = 200


def keep(apps: Any, schema_editor: Any) -> None:
    from initiatives.selectors.wording import words_of_initiative

    Initiative, Wording, Term = (apps.get_model("initiatives", name) for name in ("Initiative", "Wording", "Term"))
    rows: list[Any] = []

    def write() -> None:
        Wording.objects.bulk_create(rows, ignore_conflicts=True)
        stems = sorted({stem for row in rows for stem in row.stems})
        Term.objects.bulk_create([Term(stem=stem) for stem in stems], ignore_conflicts=True)
        rows.clear()

    texts = Initiative.objects.exclude(text_sha256="").only("title", "problem", "proposal", "language")
    for one in texts.iterator(chunk_size=BATCH):
        words = words_of_initiative(one)
        rows.append(
            Wording(
                initiative_id=one.pk,
                heading=words.heading,
                title_stems=sorted(words.title.keys() & words.text.keys()),
                stems=sorted(words.text),
            )
        )
        if len(rows) == BATCH:
            write()
    write()


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0062_trend_by_hour")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]
