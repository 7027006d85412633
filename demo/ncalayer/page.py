"""What the stand-in says to a human: the page at the control address, and what each demo person is there to show."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from demo.ncalayer.control import Words

MODE_LABELS = {
    "ok": _("Sign as NCALayer 1.4 does"),
    "ok-string": _("Sign, and answer as older versions do"),
    "cancel": _("The person closes the dialogue"),
    "error": _("NCALayer reports an error: the key cannot sign"),
    "error-general": _("NCALayer reports an error: something went wrong in it"),
    "error-parameters": _("NCALayer reports an error: it does not accept the request"),
    "error-invocation": _("NCALayer reports an error: it does not understand the request"),
    "wrong-cert": _("Sign with another person's key"),
    "auth-cert": _("Sign with a key that is only for authentication"),
    "tampered": _("Spoil the signature"),
    "slow": _("Take long"),
    "drop": _("Break the connection"),
    "no-stamp": _("Leave out the time stamp that the portal asks for"),
    "foreign-stamp": _("Add a time stamp of an authority the portal does not know"),
    "bad-stamp": _("Add a time stamp of something else"),
    "outdated": _("Be too old: without the module that signs"),
    "stranger": _("Be another program at the address of NCALayer"),
}
KEY_LABELS = {
    "gost": _("GOST key, as it is issued today"),
    "rsa": _("RSA key (issued until April 2024)"),
}
KIND_LABELS = {
    "citizen": _("A citizen"),
    "minor": _("A citizen under eighteen"),
    "moderator": _("A moderator of the portal"),
    "clerk": _("Prepares the answers of a state body"),
    "head": _("Heads a state body and signs its answers"),
    "administrator": _("Administers the portal"),
    "ngo_head": _("Heads a non-governmental organisation"),
    "revoked": _("The certificate of this key was revoked"),
    "expired": _("The certificate of this key has expired"),
    "authentication": _("Has only a key for authentication"),
    "two": _("Has two certificates, one RSA and one GOST, and still one vote"),
    "foreign": _("The certificate is from an authority the portal does not know"),
}


def _language(accept_language: str) -> str:
    """The first of the reader's languages that the portal speaks."""
    spoken = dict(settings.LANGUAGES)
    wanted = [code.split("-")[0] for code, _quality in parse_accept_lang_header(accept_language)]
    return next((code for code in wanted if code in spoken), settings.LANGUAGE_CODE)


def note(kind: str, accept_language: str) -> str:
    with translation.override(_language(accept_language)):
        return str(KIND_LABELS[kind]) if kind in KIND_LABELS else ""


def page(chosen: dict[str, Any], accept_language: str) -> str:
    language = _language(accept_language)
    modes = [(mode, MODE_LABELS[mode]) for mode in chosen["modes"]]
    people = [{**person, "note": note(person["kind"], accept_language)} for person in chosen["people"]]
    context = {**chosen, "people": people, "modes": modes, "keys": KEY_LABELS.items(), "language": language}
    with translation.override(language):
        return render_to_string("demo/ncalayer.html", context)


WORDS = Words(page=page, note=note)
