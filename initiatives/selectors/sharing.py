"""An initiative as it is passed on: short address, code for the telephone, poster, card, widget, links to messengers."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from initiatives.models import Initiative
from initiatives.models.initiative import CODE_ALPHABET, CODE_LENGTH
from initiatives.selectors.counts import exact_count
from initiatives.selectors.pages import joiners_needed
from initiatives.states import LISTED
from portal.errors import NotVisible
from portal.permissions import Actor
from portal.press.card import CardFacts
from portal.press.poster import PosterFacts
from portal.press.type import shortened
from portal.web.numbers import grouped

BRAND = "Халық үні"
POSTER_TEXT = 420
META_TEXT = 200

LOOK_ALIKES = str.maketrans("авсԁехјкмнһрԛѕтуѵԝзб", "abcdexjkmhhpqstyvw36")
"""Letters of the Cyrillic keyboard that look like those of a code: who copies one from a poster types what they see."""


@dataclass(frozen=True, slots=True)
class EmbedFacts:
    """All that the widget tells, and to whom ever it tells it."""

    code: str
    title: str
    votes: int
    threshold: int | None
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pass a link on: an address of the network's own, no script of theirs."""

    name: str
    label: str
    href: str


def code_of(typed: str) -> str:
    """Return the code that was typed or dictated: capitals, gaps, hyphens and Cyrillic look-alikes are forgiven."""
    letters = "".join(letter for letter in typed.casefold() if letter.isalnum()).translate(LOOK_ALIKES)
    if len(letters) != CODE_LENGTH or not set(letters) <= set(CODE_ALPHABET):
        raise NotVisible
    return letters


def spelled(code: str) -> str:
    """Return the code in groups of four, as it is said on the telephone."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def short_url(initiative: Initiative) -> str:
    """Return the address for posters and messages: it leads to the page in the reader's own language."""
    return settings.PORTAL_ORIGIN + reverse("initiatives-machines:short", args=[initiative.code])


def page_url(initiative: Initiative) -> str:
    """Return the address of the page in the language in force."""
    return settings.PORTAL_ORIGIN + reverse("initiatives:detail", args=[initiative.code])


def embedded_or_404(actor: Actor, code: str) -> Initiative:
    """Return a listed initiative with no more than a widget shows; what has only a link is on nobody's site."""
    found = Initiative.objects.visible_to(actor).filter(code=code, state__in=LISTED)
    initiative = found.only("code", "title", "parallel_title", "language", "threshold", "state").order_by().first()
    if initiative is None:
        raise NotVisible
    return initiative


def embed_facts(initiative: Initiative) -> EmbedFacts:
    """Return what the widget tells."""
    return EmbedFacts(
        code=initiative.code,
        title=initiative.shown_title,
        votes=exact_count(initiative),
        threshold=initiative.threshold,
        state=initiative.state,
        url=short_url(initiative),
    )


def numbers_sentence(votes: int, threshold: int | None) -> str:
    """Return the count in words."""
    if threshold is None:
        return ngettext("%(votes)s vote", "%(votes)s votes", votes) % {"votes": grouped(votes)}
    sentence = ngettext(
        "%(votes)s vote of the %(threshold)s needed", "%(votes)s votes of the %(threshold)s needed", votes
    )
    return sentence % {"votes": grouped(votes), "threshold": grouped(threshold)}


def card_facts(initiative: Initiative) -> CardFacts:
    """Return what the card for messengers says, in the language in force."""
    votes = exact_count(initiative)
    needed = joiners_needed(initiative) or initiative.threshold
    return CardFacts(
        brand=BRAND,
        state=str(initiative.get_state_display()),
        title=initiative.shown_title,
        place=" · ".join(dict.fromkeys((str(initiative.body), str(initiative.territory)))),
        numbers=numbers_sentence(votes, needed),
        share=votes / needed if needed else None,
    )


def poster_facts(initiative: Initiative) -> PosterFacts:
    """Return what the poster says, in the language in force. No count is on it: paper does not move."""
    return PosterFacts(
        language=get_language() or settings.LANGUAGE_CODE,
        brand=BRAND,
        kicker=str(initiative.kind.name),
        title=initiative.shown_title,
        text=shortened(initiative.shown.problem, POSTER_TEXT),
        lines=tuple(_lines(initiative)),
        invitation=_("Point your camera here to read and to support it")
        if initiative.takes_votes
        else _("Read it here"),
        address=short_url(initiative),
        shown_address=short_url(initiative).split("://", 1)[1],
        code_label=_("Its code, to say on the telephone or to type"),
        code=spelled(initiative.code),
        note=_("Support is given with a digital signature and is free of charge.")
        if initiative.kind.requires_eds
        else _("Support is free of charge; you sign in with your digital signature."),
        at=initiative.updated_at,
    )


def _lines(initiative: Initiative) -> list[tuple[str, str]]:
    lines = [(_("To whom"), str(initiative.body)), (_("Where"), str(initiative.territory))]
    joiners = joiners_needed(initiative)
    if joiners:
        lines.append((_("Joiners needed for the check"), grouped(joiners)))
    elif initiative.threshold:
        lines.append((_("Votes needed"), grouped(initiative.threshold)))
    if initiative.published_at:
        lines.append((_("Published"), _day(initiative.published_at)))
    if initiative.takes_votes and initiative.closes_at:
        lines.append((_("Votes until"), _day(initiative.closes_at)))
    return lines


def _day(at: object) -> str:
    return str(date_format(localtime(at), "DATE_FORMAT"))  # type: ignore[arg-type]  # moments only


def ways(initiative: Initiative) -> list[Way]:
    """Return the ways to pass it on. The addresses hold the link and the title, nothing about the reader."""
    url, title = short_url(initiative), initiative.shown_title
    both = f"{title}\n{url}"
    return [
        Way("whatsapp", "WhatsApp", f"https://wa.me/?{urlencode({'text': both}, quote_via=quote)}"),
        Way(
            "telegram", "Telegram", f"https://t.me/share/url?{urlencode({'url': url, 'text': title}, quote_via=quote)}"
        ),
        Way(
            "vk", _("VKontakte"), f"https://vk.com/share.php?{urlencode({'url': url, 'title': title}, quote_via=quote)}"
        ),
        Way("email", _("E-mail"), f"mailto:?{urlencode({'subject': title, 'body': both}, quote_via=quote)}"),
    ]


LOCALES = {"kk": "kk_KZ", "ru": "ru_RU", "en": "en_GB"}


def share_facts(initiative: Initiative) -> dict[str, object]:
    """Return what the page says of itself to networks (Open Graph), and the ways to pass it on."""
    here = get_language() or settings.LANGUAGE_CODE
    return {
        "origin": settings.PORTAL_ORIGIN,
        "summary": shortened(initiative.shown.problem, META_TEXT),
        "locale": LOCALES[here],
        "other_locales": [locale for language, locale in LOCALES.items() if language != here],
        "image_alt": _("%(title)s. Addressed to: %(body)s")
        % {"title": initiative.shown_title, "body": initiative.body},
        "ways": ways(initiative),
        "short_url": short_url(initiative),
    }
