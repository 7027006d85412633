"""A PDF taken apart and made anew: what a reader's program would run is refused, what no reader sees is dropped."""

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from pypdf import Configuration, PdfReader, PdfWriter, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from portal.errors import InvalidInput

OBJECTS_MAX = 50_000
DEPTH_MAX = 50
UNPACKED_MAX = 10_000_000
"""Bytes of one unpacked stream that holds objects: more is a bomb. Pages and pictures are not unpacked here."""

BOUNDS = Configuration(
    zlib_maximum_output_length=UNPACKED_MAX,
    lzw_maximum_output_length=UNPACKED_MAX,
    run_length_maximum_output_length=UNPACKED_MAX,
    stream_decoding_work_maximum_length=5 * UNPACKED_MAX,
)

RUNS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie"})
"""Actions that do something else than show another place of the same file or a page of the web."""

CARRIES = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA", "/AF"})
"""Keys under which scripts, files in files and forms of another language stand."""

PLAYS = frozenset({"/RichMedia", "/FileAttachment", "/Screen", "/3D", "/Sound", "/EmbeddedFile"})


class _Active(Exception):
    """Something in it would run, or is a file of its own."""


def pdf_made_anew(content: bytes) -> bytes:
    """Return the same pages in a file of our own making, without the words about who made it.

    Raises InvalidInput for scripts, actions, files inside, passwords, and for what cannot be read. What hides before,
    between or behind the objects, as in a file that is also a page of the web or an archive, is not copied.
    """
    try:
        with apply_configuration(BOUNDS):
            return _made_anew(content)
    except _Active as error:
        sentence = _("The PDF holds scripts, actions or other files. Print it into a new PDF and attach that.")
        raise InvalidInput(fields={"file": sentence}) from error
    except InvalidInput:
        raise
    except Exception as error:  # bent bytes bring out any exception of the parser: each means "no PDF"
        raise InvalidInput(fields={"file": _("The PDF cannot be read. Save or print it anew.")}) from error


def _made_anew(content: bytes) -> bytes:
    reader = PdfReader(io.BytesIO(content), xref_stream_maximum_entries=OBJECTS_MAX)
    if reader.is_encrypted:
        raise InvalidInput(fields={"file": _("The PDF is protected by a password. Save it without one.")})
    if not reader.pages:
        raise ValueError("no pages")
    made = _written(reader)
    # What was written is looked at, not what was read: in a bent file a reader finds objects that its tables do not name.
    for number, found in enumerate(_objects(PdfReader(io.BytesIO(made), strict=True))):
        if number > OBJECTS_MAX:
            raise ValueError("too many objects")
        _look(found, 0)
    return made


def _objects(reader: PdfReader) -> Iterator[Any]:
    for generation, places in reader.xref.items():
        for number in places:
            yield IndirectObject(number, generation, reader).get_object()
    for number in reader.xref_objStm:
        yield IndirectObject(number, 0, reader).get_object()


def _look(found: Any, depth: int) -> None:
    """Raise _Active for what would run; references are not followed, since each object is looked at by itself."""
    if depth > DEPTH_MAX:
        raise ValueError("too deep")
    if isinstance(found, DictionaryObject):
        names = {str(found.raw_get(key)) for key in ("/S", "/Subtype", "/Type") if key in found}
        if CARRIES & found.keys() or (RUNS | PLAYS) & names:
            raise _Active
        for key in found:
            _look(found.raw_get(key), depth + 1)
    elif isinstance(found, ArrayObject):
        for one in list.__iter__(found):
            _look(one, depth + 1)


def _written(reader: PdfReader) -> bytes:
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    writer.root_object.pop("/Metadata", None)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
