"""How a visitor wants the pages to look: theme and the low-vision mode that state sites of Kazakhstan must offer.

The choice is one short cookie, so it works before sign-in and without JavaScript; the server writes it as data attributes
on <html>, so no page flashes in the wrong colours. Unknown values fall back to the default: a cookie is the visitor's input.
"""

from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse

COOKIE = "looks"
COOKIE_AGE = 60 * 60 * 24 * 365

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "sight": ("usual", "low"),
    "size": ("1", "2", "3"),
    "contrast": ("white", "black", "blue"),
    "spacing": ("usual", "wide"),
    "images": ("on", "off"),
}


@dataclass(frozen=True)
class Preferences:
    """Each field holds one of CHOICES; size, contrast, spacing and images count only while `sight` is low."""

    theme: str = "auto"
    sight: str = "usual"
    size: str = "1"
    contrast: str = "white"
    spacing: str = "usual"
    images: str = "on"

    @property
    def is_low_vision(self) -> bool:
        return self.sight == "low"

    def with_changes(self, changes: dict[str, str]) -> "Preferences":
        """Return a copy with those changes that are allowed; the rest are ignored."""
        allowed = {name: value for name, value in changes.items() if value in CHOICES.get(name, ())}
        return replace(self, **allowed)

    def as_cookie(self) -> str:
        """Only what differs from the default: the usual visitor carries no cookie worth speaking of."""
        default = asdict(Preferences())
        return urlencode({name: value for name, value in asdict(self).items() if value != default[name]})


def read(request: HttpRequest) -> Preferences:
    pairs = dict(parse_qsl(request.COOKIES.get(COOKIE, "")[:300]))
    return Preferences().with_changes(pairs)


def write(response: HttpResponse, preferences: Preferences, *, secure: bool) -> None:
    value = preferences.as_cookie()
    if value:
        response.set_cookie(COOKIE, value, max_age=COOKIE_AGE, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, samesite="Lax")


FIELD_NAMES = tuple(field.name for field in fields(Preferences))
