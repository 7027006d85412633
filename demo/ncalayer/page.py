"""The page for a human at the control address: whose key signs, and how the stand-in behaves."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

MODE_LABELS = {
    "ok": _("Sign as NCALayer 1.4 does"),
    "ok-string": _("Sign, and answer as older versions do"),
    "cancel": _("The person closes the dialogue"),
    "error": _("NCALayer reports an error"),
    "wrong-cert": _("Sign with another person's key"),
    "auth-cert": _("Sign with a key that is only for authentication"),
    "tampered": _("Spoil the signature"),
    "slow": _("Take long"),
    "drop": _("Break the connection"),
}


def write_page(chosen: dict[str, Any], accept_language: str) -> str:
    """Render the choice in the first of the reader's languages that the portal speaks."""
    spoken = dict(settings.LANGUAGES)
    wanted = [code.split("-")[0] for code, _quality in parse_accept_lang_header(accept_language)]
    language = next((code for code in wanted if code in spoken), settings.LANGUAGE_CODE)
    modes = [(mode, MODE_LABELS[mode]) for mode in chosen["modes"]]
    with translation.override(language):
        return render_to_string("demo/ncalayer.html", {**chosen, "modes": modes, "language": language})
