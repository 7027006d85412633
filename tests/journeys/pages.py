"""A page as a person without scripts has it: its words, its links, and forms that carry what the page put into them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str]


@dataclass
class Form:
    """One form: where it goes, what would be sent if the person typed nothing, and its buttons."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        """Send the value too."""
        if name:
            self.fields.setdefault(name, []).append(value)

    def filled(self, typed: dict[str, Any]) -> dict[str, Any]:
        """Return what is sent when the person has typed that; only fields of the page can be typed into."""
        return {**{name: values if len(values) > 1 else values[0] for name, values in self.fields.items()}, **typed}


class _Reader(HTMLParser):
    """Collects the words, and the forms of the main part; what lies in templates and scripts is not on the page."""

    UNSEEN = ("script", "style", "template")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.statement = ""
        self._form: Form | None = None
        self._unseen = 0
        self._area: str | None = None
        self._select: str | None = None
        self._is_statement = False
        self._is_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._unseen += tag in self.UNSEEN
        self._is_main |= tag == "main"
        if tag == "form" and self._is_main:
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif tag == "pre" and given.get("data-part") == "text":
            self._is_statement = True
        elif self._form is not None:
            self._control(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self.UNSEEN
        self._is_main &= tag != "main"
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._end_area()
        elif tag == "select":
            self._select = None
        elif tag == "pre":
            self._is_statement = False

    def handle_data(self, data: str) -> None:
        if self._is_statement:
            self.statement += data
        if self._area and self._form is not None:
            self._form.fields[self._area][-1] += data
        elif not self._unseen:
            self.words.append(data)

    def _end_area(self) -> None:
        if self._area and self._form is not None:
            # As after <pre>, the first line break is not part of the text.
            typed = self._form.fields[self._area]
            typed[-1] = typed[-1].removeprefix("\n")
        self._area = None

    def _control(self, form: Form, tag: str, given: Attributes) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea":
            form.add(name, "")
            self._area = name or None
        elif tag == "select":
            self._select = name or None
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = [given.get("value", "")]
        elif tag == "button":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and kind != "file" and (kind not in ("radio", "checkbox") or "checked" in given):
            form.add(name, given.get("value", ""))


@dataclass(frozen=True)
class Page:
    """What came back: where from, with which status, and what stands on it."""

    url: str
    status: int
    html: str
    words: str
    forms: list[Form]
    statement: str

    def form(self, *, to: str = "", act: str = "", field: str = "") -> Form:
        """Return the one form that goes to an address ending so, has the button `act` of that value, or that field."""
        found = [
            form
            for form in self.forms
            if form.method == "post"
            and form.action.endswith(to)
            and (not act or ("act", act) in form.buttons)
            and (not field or field in form.fields)
        ]
        assert len(found) == 1, f"{len(found)} forms like to={to!r} act={act!r} field={field!r} on {self.url}"
        return found[0]

    def offers(self, act: str) -> bool:
        """Whether the page has a button for that step."""
        return any(("act", act) in form.buttons for form in self.forms)


def read(url: str, status: int, html: str) -> Page:
    """Return the page that this HTML makes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    words = " ".join(" ".join(reader.words).split())
    # The parser of a browser drops the first line break after <pre>.
    return Page(url, status, html, words, reader.forms, reader.statement.removeprefix("\n"))
