"""The editions of the open data that were written: which there are, what is in them, where a file of theirs lies.

An edition is a folder named by its moment, with `edition.json` inside; it is there whole or not at all, and never changes.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

MANIFEST = "edition.json"
NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z")
NAME_FORMAT = "%Y%m%dT%H%M%SZ"
LATEST = "latest"


@dataclass(frozen=True, slots=True)
class File:
    """One file of an edition; `rows` is None for those that describe the others."""

    name: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition."""

    name: str
    made_at: datetime
    files: tuple[File, ...]

    def file(self, name: str) -> File | None:
        """Return the file of that name; None when the edition has no such file."""
        return next((one for one in self.files if one.name == name), None)

    def path(self, file: File) -> Path:
        """Return where the file lies."""
        return root() / self.name / file.name

    def as_json(self) -> str:
        """Return the manifest."""
        content = {"made_at": self.made_at.isoformat(), "files": [asdict(one) for one in self.files]}
        return json.dumps(content, indent=1) + "\n"


def root() -> Path:
    """Return the folder of all editions."""
    return Path(settings.OPEN_DATA_ROOT)


def names() -> list[str]:
    """Return the names of the whole editions, the newest first."""
    if not root().is_dir():
        return []
    found = (path.name for path in root().iterdir() if NAME.fullmatch(path.name) and (path / MANIFEST).is_file())
    return sorted(found, reverse=True)


def edition(name: str) -> Edition | None:
    """Return the edition of that name, or the newest when `latest` is asked for; None when there is none."""
    if name == LATEST:
        name = next(iter(names()), "")
    if not NAME.fullmatch(name):
        return None
    try:
        content = json.loads((root() / name / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Edition(name, datetime.fromisoformat(content["made_at"]), tuple(File(**one) for one in content["files"]))
