"""Kazakh is the first language: dates, numbers and Django's own messages are Kazakh to the last word a visitor can meet."""

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import django
import polib
import pytest
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils import formats, translation
from django.utils.timesince import timesince

from portal.translation.choice import best_of, text_for

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "portal/translation/locale/kk/LC_MESSAGES/django.po"
DJANGO = Path(django.__file__).parent
VISIBLE = ("forms/", "core/validators", "core/paginator", "utils/", "db/models/base", "db/models/constraints")
VISIBLE_AUTH = ("contrib/auth/forms", "contrib/auth/password_validation", "contrib/auth/validators")


def keys(path: Path, prefixes: tuple[str, ...] | None = None) -> set[tuple[str | None, str]]:
    catalogue = polib.pofile(str(path))
    return {
        (entry.msgctxt, entry.msgid)
        for entry in catalogue
        if (prefixes is None and entry.translated())
        or (prefixes and any(place.startswith(prefixes) for place, _ in entry.occurrences))
    }


@pytest.mark.parametrize(
    ("folder", "prefixes"),
    [("conf/locale", VISIBLE), ("contrib/auth/locale", VISIBLE_AUTH), ("contrib/humanize/locale", ("contrib/",))],
)
def test_every_message_a_visitor_can_meet_is_kazakh(folder: str, prefixes: tuple[str, ...]) -> None:
    wanted = keys(DJANGO / folder / "en/LC_MESSAGES/django.po", prefixes)
    known = keys(DJANGO / folder / "kk/LC_MESSAGES/django.po") | keys(OURS)
    assert wanted
    assert not wanted - known


def test_no_entry_of_ours_is_fuzzy_or_empty() -> None:
    catalogue = polib.pofile(str(OURS))
    assert not [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy]


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [("DATE_FORMAT", "2026 ж. 23 қараша"), ("SHORT_DATE_FORMAT", "23.11.2026"), ("l", "дүйсенбі"), ("F", "қараша")],
)
def test_a_date_reads_in_kazakh(pattern: str, shown: str) -> None:
    with translation.override("kk"):
        assert formats.date_format(date(2026, 11, 23), pattern) == shown


def test_the_other_languages_have_their_own_order() -> None:
    with translation.override("ru"):
        assert formats.date_format(date(2026, 11, 23)) == "23 ноября 2026 г."
    with translation.override("en"):
        assert formats.date_format(date(2026, 11, 23)) == "23 November 2026"


def test_a_time_reads_by_the_24_hour_clock() -> None:
    with translation.override("kk"):
        at = datetime(2026, 11, 23, 14, 30, tzinfo=ZoneInfo("Asia/Almaty"))
        assert formats.date_format(at, "DATETIME_FORMAT") == "2026 ж. 23 қараша, 14:30"


def test_a_form_refuses_in_kazakh() -> None:
    class Form(forms.Form):
        title = forms.CharField(max_length=2)
        on = forms.DateField()
        email = forms.EmailField()

    with translation.override("kk"):
        errors = {name: str(found[0]) for name, found in Form({"title": "abc", "on": "x", "email": "y"}).errors.items()}
    assert errors == {
        "title": "Мәтін 2 таңбадан аспауға тиіс (қазір 3).",
        "on": "Күнді дұрыс енгізіңіз, мысалы, 23.11.2026.",
        "email": "Электрондық пошта мекенжайын дұрыс енгізіңіз.",
    }


def test_a_date_typed_as_people_here_write_it_is_understood() -> None:
    with translation.override("kk"):
        assert forms.DateField(localize=True).clean("23.11.2026") == date(2026, 11, 23)


def test_a_password_is_judged_in_kazakh() -> None:
    with translation.override("kk"):
        assert MinimumLengthValidator(12).get_help_text() == "Құпиясөзде кемінде 12 таңба болуға тиіс."


def test_a_span_of_time_is_kazakh() -> None:
    start = datetime(2026, 11, 1, tzinfo=ZoneInfo("Asia/Almaty"))
    with translation.override("kk"):
        assert timesince(start, start + timedelta(days=3)).replace("\u00a0", " ") == "3 күн"


def test_a_text_is_shown_in_the_readers_language_and_says_when_it_is_another() -> None:
    body = SimpleNamespace(name_kk="Әкімдік", name_ru="Акимат", name_en="")
    assert text_for(body, "name", "ru").text == "Акимат"
    assert (text_for(body, "name", "en").text, text_for(body, "name", "en").language) == ("Әкімдік", "kk")


def test_a_blank_text_does_not_count_as_a_translation() -> None:
    assert best_of({"kk": "  ", "ru": "Вода"}, "kk").language == "ru"
    assert best_of({}, "kk").text == ""
