"""How one signs, step by step: words and pictures for somebody who does it for the first time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.web.access import public

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, what is seen meanwhile, and the drawing of static/img/signing-steps.svg that shows it."""

    drawing: str
    title: "_StrPromise"
    words: "_StrPromise"
    picture: "_StrPromise"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to sign; `name` is its anchor on the page."""

    name: str
    title: "_StrPromise"
    needs: "_StrPromise"
    steps: tuple[Step, ...]


TELEPHONE = Way(
    "telephone",
    _("By telephone, with eGov Mobile"),
    _("You need: a telephone with the app eGov Mobile, and a digital signature that was issued in it."),
    (
        Step(
            "phone-open",
            _("Press “Sign with eGov Mobile” on the page"),
            _(
                "If you read the page on the same telephone, press “Open eGov Mobile on this telephone” and go on with step 3."
            ),
            _("A telephone with an app being pressed by a finger"),
        ),
        Step(
            "phone-scan",
            _("Scan the code"),
            _("Open eGov Mobile, choose “eGov QR” and point the camera at the square code on the screen."),
            _("A telephone pointed at a square code on a computer's screen"),
        ),
        Step(
            "phone-compare",
            _("Compare the text"),
            _(
                "The telephone shows the text you sign. It must be the text on the page, with the same single-use number."
            ),
            _("The same text on a computer and on a telephone"),
        ),
        Step(
            "phone-password",
            _("Enter your password on the telephone"),
            _("It is the password of your signature, not that of the telephone. The page then goes on by itself."),
            _("A telephone with a password and a tick"),
        ),
    ),
)
COMPUTER = Way(
    "computer",
    _("On a computer, with NCALayer"),
    _("You need: a computer, the free program NCALayer, and your key in a file, on an identity card or on a token."),
    (
        Step(
            "computer-start",
            _("Start NCALayer"),
            _("Start it as any other program. Its icon appears near the clock; nothing else opens yet."),
            _("A screen on which the icon of a program near the clock is marked"),
        ),
        Step(
            "computer-press",
            _("Press “Sign with NCALayer” on the page"),
            _("If the browser asks whether the site may reach programs on your device, press “Allow”."),
            _("A screen with a text and a button that is being pressed"),
        ),
        Step(
            "computer-key",
            _("Choose your key and enter its password"),
            _(
                "A window of NCALayer opens, sometimes behind the browser. Choose the key for signing: the name of its file "
                "begins with GOST or RSA, not with AUTH."
            ),
            _("A window with a key and a password"),
        ),
        Step(
            "computer-done",
            _("Done"),
            _("The window closes, and the page says that your signature has arrived."),
            _("A screen with a tick"),
        ),
    ),
)
KEY_FILE = Way(
    "key-file",
    _("With a key file, without any program"),
    _(
        "You need: your key file (its name ends in .p12) of the RSA kind. Keys issued since 2024 are of the GOST kind: with "
        "them, use one of the other ways."
    ),
    (
        Step(
            "file-choose",
            _("Open “Sign with a key file” and choose the file"),
            _(
                "The file lies where you saved it, often on a flash drive. It stays on your device: the portal never has it."
            ),
            _("A file with a key on it"),
        ),
        Step(
            "file-password",
            _("Enter its password and press “Sign with the key file”"),
            _("The password does not leave the page either. The page goes on by itself."),
            _("A field with a password, and a button"),
        ),
    ),
)


@public
@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """Explain each way that this portal offers, the likeliest first."""
    ways = (TELEPHONE, COMPUTER, KEY_FILE) if settings.EGOV_MOBILE else (COMPUTER, KEY_FILE)
    return render(request, "signatures/steps.html", {"ways": ways})
