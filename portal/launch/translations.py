"""Is every text of the code and the templates translated into Kazakh and Russian?

Texts are collected by xgettext with Django's own keywords, so that what `makemessages` would find is what counts.
English is the language of the msgids and needs no catalogue. Placeholders of a translation must be those of its
msgid, which msgfmt sees.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import templatize

from portal.launch.places import ROOT, packages

LANGUAGES = ("kk", "ru")
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3",
    "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3",
)  # fmt: skip
Key = tuple[str | None, str]


def main() -> int:
    if not shutil.which("xgettext") or not shutil.which("msgfmt"):
        print("gettext is missing: sudo apt-get install gettext")
        return 1
    settings.configure(USE_I18N=False)
    wanted = collect()
    findings = [finding for language in LANGUAGES for finding in lacking(language, wanted)]
    findings += [finding for catalogue in catalogues() for finding in misformed(catalogue)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def catalogues() -> list[Path]:
    """Ours, and what completes Django's Kazakh."""
    folders = (ROOT / "locale", ROOT / "portal" / "translation" / "locale")
    return sorted(found for folder in folders for found in folder.glob("*/LC_MESSAGES/*.po"))


def misformed(catalogue: Path) -> list[str]:
    """What msgfmt finds wrong: placeholders that the msgid lacks, plural forms that the language does not have."""
    command = ["msgfmt", "--check-format", "--output-file", os.devnull, str(catalogue)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    return checked.stderr.splitlines() if checked.returncode else []


def collect() -> dict[Key, str]:
    """Every text with the file where it stands first."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        for source in sources():
            copy = made / f"{source.relative_to(ROOT)}.py"
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8")
            copy.write_text(text if source.suffix == ".py" else templatize(text), encoding="utf-8")
        files = [str(path.relative_to(made)) for path in sorted(made.rglob("*.py"))]
        found = subprocess.run(
            ["xgettext", "--language=Python", "--from-code=UTF-8", *(f"--keyword={word}" for word in KEYWORDS),
             "--output=-", *files],
            cwd=made, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    entries = polib.pofile(found) if found else []
    return {(entry.msgctxt, entry.msgid): entry.occurrences[0][0].removesuffix(".py") for entry in entries}


def sources() -> Iterator[Path]:
    for app in packages():
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    for pattern in ("*.html", "*.txt"):
        yield from sorted((ROOT / "templates").rglob(pattern))


def lacking(language: str, wanted: dict[Key, str]) -> Iterator[str]:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        yield f"{path.relative_to(ROOT)} is missing."
        return
    have = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    for key, place in wanted.items():
        entry = have.get(key)
        if entry is None:
            yield f"{language}: not in the catalogue: {key[1]!r} ({place})"
        elif entry.fuzzy or not entry.translated():
            yield f"{language}: {'fuzzy' if entry.fuzzy else 'untranslated'}: {key[1]!r} ({place})"


if __name__ == "__main__":
    sys.exit(main())
