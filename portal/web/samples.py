"""Believable samples for the /design/ page and for the tests of components. Fixed dates: the page must not change by itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.web.tones import TONES


@dataclass(frozen=True)
class SampleStep:
    """Same shape as a step of portal.calendar."""

    date: date
    counted: bool
    reason: str


class SampleForm(forms.Form):
    """Every kind of control."""

    title = forms.CharField(
        label=gettext_lazy("Title of the petition"),
        help_text=gettext_lazy("One sentence that says what should change."),
        max_length=150,
    )
    text = forms.CharField(
        label=gettext_lazy("What do you propose, and why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Region"),
        choices=[("", "—"), ("71", "Астана"), ("75", "Алматы"), ("79", "Шымкент")],
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Who decides on this?"),
        choices=[("republic", gettext_lazy("The whole country")), ("oblast", gettext_lazy("My region"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"),
        required=False,
        choices=[
            ("school", gettext_lazy("Schools")),
            ("water", gettext_lazy("Water")),
            ("roads", gettext_lazy("Roads")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    proof = forms.FileField(label=gettext_lazy("Attachment"), help_text=gettext_lazy("PDF, up to 5 MB"), required=False)
    agree = forms.BooleanField(label=gettext_lazy("I agree that my given name is shown beside my vote"))


def everything() -> dict[str, Any]:
    """Return the context of the design page in the present language."""
    return {
        "tones": TONES,
        "sample_form": SampleForm(initial={"region": "71", "level": "republic", "topics": ["school"]}),
        "broken_form": SampleForm({"title": "", "text": "", "region": "99"}, prefix="broken"),
        "page": Paginator(range(2400), 20).page(6),
        **_process(),
        **_numbers(),
        **_choices(),
    }


def _process() -> dict[str, Any]:
    return {
        "timeline": [
            {
                "title": _("Published"),
                "date": date(2026, 9, 14),
                "state": "done",
                "text": _("Collection of votes began."),
            },
            {"title": _("Threshold reached"), "date": date(2026, 11, 2), "state": "done"},
            {"title": _("The body considers the petition"), "state": "current", "text": _("An answer is due by law.")},
            {"title": _("Decision published"), "state": "next"},
        ],
        "timeline_failed": [
            {"title": _("Sent for checking"), "date": date(2026, 9, 1), "state": "done"},
            {
                "title": _("Refused"),
                "date": date(2026, 9, 4),
                "state": "failed",
                "text": _("The text names no proposal."),
            },
        ],
        "steps": [
            {"label": _("Text"), "state": "done", "href": "#steps"},
            {"label": _("Check"), "state": "current"},
            {"label": _("Signature"), "state": "next"},
        ],
        "due": date(2026, 12, 1),
        "today": date(2026, 11, 23),
        "moment_sample": datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        "deadline_steps": [
            SampleStep(date(2026, 11, 27), True, _("1st working day")),
            SampleStep(date(2026, 11, 28), False, _("Saturday")),
            SampleStep(date(2026, 11, 29), False, _("Sunday")),
            SampleStep(date(2026, 11, 30), True, _("2nd working day")),
            SampleStep(date(2026, 12, 1), True, _("3rd working day: the deadline")),
        ],
    }


def _numbers() -> dict[str, Any]:
    votes = {"71": 4812, "75": 6120, "79": 1980, "10": 310, "11": 842, "15": 655, "19": 1204, "23": 488, "27": 402}
    votes |= {
        "31": 733,
        "33": 377,
        "35": 1490,
        "39": 604,
        "43": 521,
        "47": 466,
        "55": 690,
        "59": 350,
        "61": 1022,
        "62": 118,
    }
    return {
        "chart_labels": ["14.09", "21.09", "28.09", "05.10", "12.10", "19.10", "26.10", "02.11"],
        "chart_series": [{"label": _("Votes"), "values": [120, 940, 2210, 4300, 8120, 15400, 31250, 50010]}],
        "two_series": [
            {"label": _("Votes"), "values": [310, 640, 520, 980, 1210, 1100, 1530, 1720]},
            {"label": _("Comments"), "values": [40, 88, 61, 130, 170, 160, 220, 260]},
        ],
        "map_values": votes,
        "map_links": {"71": "#map", "75": "#map"},
        "table_columns": [
            {"label": _("Petition")},
            {"label": _("Region")},
            {"label": _("Votes"), "numeric": True},
        ],
        "table_rows": [
            [{"text": "Мектеп асханаларын ашық тексеру", "href": "#table"}, "Астана", "12 480"],
            [{"text": "Сохранить пойму реки Сайрамсу", "href": "#table"}, "Шымкент", "3 107"],
            [{"text": "Ауылдарға жедел жәрдем тікұшағы", "href": "#table"}, "Ұлытау облысы", "908"],
        ],
    }


def _choices() -> dict[str, Any]:
    return {
        "tab_items": [
            {"label": _("Text"), "href": "#tabs", "current": True},
            {"label": _("Comments"), "href": "#tabs", "count": 1248},
            {"label": _("History"), "href": "#tabs"},
        ],
        "crumb_items": [
            {"label": _("Home"), "href": "#crumbs"},
            {"label": _("Petitions"), "href": "#crumbs"},
            {"label": "№ 214"},
        ],
        "meta": [
            {"icon": "pin", "text": "Астана"},
            {"icon": "clock", "text": _("21 days left")},
            {"icon": "chat", "text": "1 248"},
        ],
        "summary_rows": [
            {"key": _("Author"), "value": "Айгерім С."},
            {"key": _("Addressed to"), "value": "Қазақстан Республикасы Оқу-ағарту министрлігі"},
            {"key": _("Language"), "value": "Қазақша", "href": "#summary", "action": _("Change")},
        ],
        "error_list": [
            {"text": _("Enter a title of at most 150 characters."), "href": "#id_title"},
            {"text": _("Choose the region."), "href": "#id_region"},
        ],
    }
