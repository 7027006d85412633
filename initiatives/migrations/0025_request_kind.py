"""The kind of the consolidated request, with its first version of numbers."""

from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from initiatives.limits import LAW_IN_FORCE, REQUEST_NORMS

SLUG = "request"
POSITION = 7


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    kind_model: Any = apps.get_model("initiatives", "InitiativeKind")
    version_model: Any = apps.get_model("initiatives", "KindVersion")
    norm_model: Any = apps.get_model("initiatives", "Norm")
    kind = kind_model.objects.create(
        slug=SLUG,
        process="request",
        body_kind="",
        name="Топтастырылған сұрау салу",
        name_kk="Топтастырылған сұрау салу",
        name_ru="Консолидированный запрос",
        name_en="Consolidated request",
        summary="Бір сұрақты бір органға бірге қойыңыз: орган тіркейді, бір жауап береді, ол қосылғандардың бәріне жетеді.",
        summary_kk="Бір сұрақты бір органға бірге қойыңыз: орган тіркейді, бір жауап береді, ол қосылғандардың бәріне жетеді.",
        summary_ru="Задайте один вопрос одному органу вместе: орган регистрирует его и отвечает один раз всем, кто присоединился.",
        summary_en="Put one question to one body together: it registers the question and answers once, to all who joined.",
        requires_eds=False,
        position=POSITION,
    )
    source = "Administrative Procedural and Process-Related Code, 350-VI, arts 64, 76, 87-89; rules of the portal"
    version = version_model.objects.create(kind=kind, number=1, effective_from=LAW_IN_FORCE, source=source)
    norm_model.objects.bulk_create(
        norm_model(
            version=version,
            code=norm.code,
            number=norm.number,
            unit=norm.unit,
            start_event=norm.start_event,
            article=norm.article,
            is_verified=norm.is_verified,
        )
        for norm in REQUEST_NORMS
    )


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    versions = f"SELECT v.id FROM initiatives_kindversion v JOIN initiatives_initiativekind k ON k.id = v.kind_id AND k.slug = '{SLUG}'"
    schema_editor.execute(f"DELETE FROM initiatives_norm WHERE version_id IN ({versions})")
    schema_editor.execute(f"DELETE FROM initiatives_kindversion WHERE id IN ({versions})")
    schema_editor.execute(f"DELETE FROM initiatives_initiativekind WHERE slug = '{SLUG}'")
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0024_consolidated_requests")]

    operations = [migrations.RunPython(seed, remove)]
