"""The check of translations finds what is missing, fuzzy and empty, in code and in templates."""

from gettext import GNUTranslations
from pathlib import Path

import polib
import pytest

from portal.launch import prepare, translations


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One module and one template, with three texts."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "words.py").write_text(
        'from django.utils.translation import gettext_lazy as _\nTITLE = _("Voting is open.")\n'
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}<h1>{% translate "Sign the petition" %}</h1>\n'
        "{% blocktranslate count n=n trimmed %}\n  One vote\n{% plural %}\n  {{ n }} votes\n{% endblocktranslate %}"
    )
    return tmp_path


def catalogue(house: Path, language: str, **entries: str) -> None:
    path = house / "locale" / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    made = polib.POFile()
    made.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for msgid, msgstr in entries.items():
        made.append(polib.POEntry(msgid=msgid.replace("_", " "), msgstr=msgstr))
    made.save(str(path))


def test_texts_of_code_and_templates_are_collected(house: Path) -> None:
    assert {key[1] for key in translations.collect()} == {"Voting is open.", "Sign the petition", "One vote"}


def test_a_missing_catalogue_is_named(house: Path) -> None:
    assert list(translations.lacking("kk", {})) == ["locale/kk/LC_MESSAGES/django.po is missing."]


def test_a_missing_a_fuzzy_and_an_empty_text_are_named(house: Path) -> None:
    catalogue(house, "kk", **{"Voting is open.": "Дауыс беру ашық.", "Sign_the_petition": ""})
    path = house / "locale" / "kk" / "LC_MESSAGES" / "django.po"
    kept = polib.pofile(str(path))
    kept[0].flags.append("fuzzy")
    kept.save()
    findings = "\n".join(translations.lacking("kk", translations.collect()))
    assert "fuzzy: 'Voting is open.' (portal/words.py)" in findings
    assert "untranslated: 'Sign the petition' (templates/page.html)" in findings
    assert "not in the catalogue: 'One vote' (templates/page.html)" in findings
    assert findings.count("\n") == 2


def test_catalogues_are_compiled_on_a_machine_without_gettext(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    catalogue(house, "kk", **{"Voting is open.": "Дауыс беру ашық."})
    prepare.compile_messages()
    with (house / "locale" / "kk" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        assert GNUTranslations(compiled).gettext("Voting is open.") == "Дауыс беру ашық."


def test_a_placeholder_that_the_text_lacks_is_named(house: Path) -> None:
    catalogue(house, "kk", **{"%(number)s days are left.": "%(nubmer)s күн қалды."})
    path = house / "locale" / "kk" / "LC_MESSAGES" / "django.po"
    kept = polib.pofile(str(path))
    kept[0].flags.append("python-format")
    kept.save()
    assert any("nubmer" in finding for finding in translations.misformed(path))
    kept[0].msgstr = "%(number)s күн қалды."
    kept.save()
    assert translations.misformed(path) == []
