"""`make app name=councils`: a new domain app with the same rooms as the others, wired and under contract.

Only the rooms that every domain fills are made; docs/how-to/add-an-app.md tells when to add the others.
"""

import re
import sys
from pathlib import Path

from portal.launch.places import ROOT

MARKER = "# new apps above this line\n"
NAME = re.compile(r"[a-z]{3,30}s")

ROOMS = {
    "__init__.py": '"""{title}: what they are for, the words used here, and where to enter."""\n',
    "apps.py": (
        '"""Registration with Django."""\n\nfrom django.apps import AppConfig\n\n\n'
        'class {title}Config(AppConfig):\n    name = "{name}"\n'
    ),
    "limits.py": '"""Legal and product numbers, each with its source (act, article)."""\n',
    "states.py": '"""The states, in full words, as the database keeps them."""\n',
    "events.py": '"""What has happened: frozen dataclasses, named in the past tense."""\n',
    "querysets.py": '"""Rows in the words of the domain: visible_to(actor), open(at)."""\n',
    "models.py": '"""Fields and constraints; integrity is the database\'s promise first."""\n',
    "policies.py": '"""(actor, subject) -> Allowed or Denied(reason); the reason is a sentence that the user sees."""\n',
    "workflow.py": '"""The table of transitions, as data that a lawyer could proofread."""\n',
    "selectors.py": '"""Reads in the shape of a page or of the API."""\n',
    "services/__init__.py": '"""What can be done, one module a verb; services read no clock and know no request."""\n',
    "views.py": '"""Pages in four beats: fetch visible, decide, call, respond."""\n',
    "urls.py": (
        '"""Addresses of {name}."""\n\nfrom django.urls import URLPattern\n\n'
        'app_name = "{name}"\nurlpatterns: list[URLPattern] = []\n'
    ),
    "migrations/__init__.py": "",
}
TESTS = {
    "__init__.py": "",
    "test_policies.py": (
        '"""Who may do what: one matrix, actor by state, to decision and reason."""\n\n'
        "from django.apps import apps\n\nfrom {name} import urls\n\n\n"
        'def test_the_app_is_wired() -> None:\n    assert apps.get_app_config("{name}").name == "{name}"\n'
        '    assert urls.app_name == "{name}"\n'
    ),
}


def main(arguments: list[str]) -> int:
    name = (arguments or [""])[0]
    if not NAME.fullmatch(name):
        print("Give the app a plural noun in small letters, as in `make app name=councils`.", file=sys.stderr)
        return 1
    if (ROOT / name).exists():
        print(f"{name}/ exists already: choose another name.", file=sys.stderr)
        return 1
    make(name, ROOT)
    print(f"{name}/ and tests/{name}/ are made, wired and under contract; next: states.py, models.py, policies.py.")
    return 0


def make(name: str, root: Path) -> None:
    """Write the rooms and tests, add the app to the settings and to the contracts."""
    for folder, rooms in ((root / name, ROOMS), (root / "tests" / name, TESTS)):
        for room, text in rooms.items():
            path = folder / room
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(name=name, title=name.capitalize()), encoding="utf-8")
    for place, line in (("settings/base.py", f'"{name}",'), ("urls.py", f'path("", include("{name}.urls")),')):
        wire(root / "portal" / place, line)
    project = root / "pyproject.toml"
    for mark in ("root_packages", 'source_modules = ["portal.settings"', "known-first-party"):
        replace(project, '"demo"]', f'"{name}", "demo"]', on_line_with=mark)
    replace(project, '"]', f'", "{name}"]', on_line_with="# domains")
    replace(project, '"initiatives', f'"initiatives | {name}', on_line_with="# siblings")


def wire(path: Path, line: str) -> None:
    """Add a line above the marker, as far in as the marker is."""
    text = path.read_text(encoding="utf-8")
    indent = " " * next((len(one) - len(one.lstrip()) for one in text.splitlines() if MARKER.strip() in one), 0)
    replace(path, f"{indent}{MARKER}", f"{indent}{line}\n{indent}{MARKER}")


def replace(path: Path, old: str, new: str, *, on_line_with: str = "") -> None:
    """Replace once, on the line that holds the mark; a file without it was changed by hand, and is left so."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if on_line_with in line and old in line:
            lines[number] = line.replace(old, new, 1)
            path.write_text("".join(lines), encoding="utf-8")
            return
    sys.exit(f"{path.name} has no line with {on_line_with or old.strip()!r} any more: add the app there by hand.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
