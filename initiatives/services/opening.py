"""Open data: every file written anew from one snapshot of the database, then shown all at once.

The files are written into a folder beside the editions and flushed to disk; the last step renames it. Whatever breaks before
leaves the editions as they were, and the next run clears what was left. One export runs at a time. Memory stays flat: rows are
read page by page and written as they come.
"""

import csv
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Protocol

from django.db import connection, transaction

from initiatives import switches
from initiatives.selectors import editions
from initiatives.selectors.datasets import DATASETS, Dataset
from initiatives.selectors.editions import Edition, File
from initiatives.services import describing, folding, rising
from portal.switches import is_on
from portal.web.sheets import safe

logger = logging.getLogger(__name__)

LOCK = 90_062
"""Name space among Postgres' advisory locks: one export at a time."""

UNFINISHED = ".unfinished-"
KEPT = 7
"""Editions that are kept, besides the first one of each month."""


class _Sink(Protocol):
    def write(self, text: str, /) -> object: ...


def export(*, at: datetime) -> Edition | None:
    """Write an edition and return it; None when another export is under way or none is to be written. What is older than
    a week goes, but for the first edition of each month.
    """
    if not is_on(switches.OPEN_DATA):
        return None
    if not connection.in_atomic_block:  # in the transaction of a caller, who has a snapshot of their own
        folding.fold_all(at=at)
        rising.refresh_pace(recent=rising.recent_since(at))
        rising.refresh_rising(at=at)
    with _snapshot() as is_alone:
        if not is_alone:
            return None
        editions.root().mkdir(parents=True, exist_ok=True)
        _clear_unfinished()
        edition = _write(at)
    prune()
    logger.info("open data: edition %s, %s bytes", edition.name, sum(one.bytes for one in edition.files))
    return edition


@contextmanager
def _snapshot() -> Iterator[bool]:
    """Read everything as of one moment, so that the files agree with each other; yield whether nobody else exports."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        yield bool(cursor.fetchone()[0])


def _write(at: datetime) -> Edition:
    name = at.astimezone(UTC).strftime(editions.NAME_FORMAT)
    known = editions.edition(name)
    if known is not None:  # of this very second: an edition never changes
        return known
    folder = Path(mkdtemp(prefix=UNFINISHED, dir=editions.root()))
    try:
        files = [_write_dataset(folder, dataset, at) for dataset in DATASETS]
        texts = {
            "datapackage.json": describing.data_package(name, files, at),
            "catalog.jsonld": describing.catalogue(name, files, at),
        }
        files += [_write_text(folder, file_name, text) for file_name, text in texts.items()]
        sums = "".join(f"{one.sha256}  {one.name}\n" for one in files)
        files.append(_write_text(folder, "SHA256SUMS", sums))
        edition = Edition(name, at, tuple(files))
        _write_text(folder, editions.MANIFEST, edition.as_json())
        folder.chmod(0o755)
        _flush(folder)
        os.rename(folder, editions.root() / name)
        _flush(editions.root())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return edition


class _Measured:
    """A text file that knows its size and hash as it is written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._sha256 = hashlib.sha256()
        self.bytes = 0

    def write(self, text: str) -> int:
        part = text.encode()
        self._sha256.update(part)
        self.bytes += len(part)
        return self._file.write(part)

    def close(self) -> str:
        """Flush to disk and return the hash."""
        self._file.flush()
        os.fsync(self._file.fileno())
        os.fchmod(self._file.fileno(), 0o644)
        self._file.close()
        return self._sha256.hexdigest()


def _write_dataset(folder: Path, dataset: Dataset, at: datetime) -> File:
    file = _Measured(folder / dataset.file_name)
    names = [column.name for column in dataset.columns]
    write = _write_csv if dataset.form == "csv" else _write_lines
    count = write(file, names, dataset.rows(at))
    return File(dataset.file_name, file.bytes, file.close(), count)


def _write_text(folder: Path, name: str, text: str) -> File:
    file = _Measured(folder / name)
    file.write(text)
    return File(name, file.bytes, file.close())


def _write_csv(file: _Sink, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    writer = csv.writer(file)
    writer.writerow(names)
    count = 0
    for row in rows:
        if len(row) != len(names):
            raise ValueError(f"a row of {len(row)} values for {len(names)} columns")
        writer.writerow([CELLS[type(value)](value) for value in row])
        count += 1
    return count


def _write_lines(file: _Sink, names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(dict(zip(names, map(_json, row), strict=True)), ensure_ascii=False) + "\n")
        count += 1
    return count


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json(value: Any) -> Any:
    return PLAIN[type(value)](value) if type(value) in PLAIN else value


PLAIN: dict[type, Callable[[Any], Any]] = {datetime: _utc, date: date.isoformat}
CELLS: dict[type, Callable[[Any], Any]] = {
    **PLAIN,
    type(None): lambda _value: "",
    bool: lambda value: "true" if value else "false",
    int: lambda value: value,
    float: lambda value: value,
    str: safe,
}
"""How a value of each type stands in a table: moments in UTC, truth as true and false, nothing that is run as a formula."""


def _flush(folder: Path) -> None:
    """Make sure that the names in the folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_unfinished() -> None:
    """Remove what a run that was killed left behind; nobody else writes meanwhile."""
    for path in editions.root().glob(f"{UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)


def prune() -> list[str]:
    """Remove editions beyond those kept; return their names."""
    names = editions.names()
    first_of_month = {name[:6]: name for name in names}  # the oldest is written last
    gone = [name for name in names[KEPT:] if name not in first_of_month.values()]
    for name in gone:
        # Out of sight first: a half-removed edition is never shown.
        hidden = editions.root() / f"{UNFINISHED}{name}"
        os.rename(editions.root() / name, hidden)
        shutil.rmtree(hidden, ignore_errors=True)
    return gone
