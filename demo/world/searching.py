"""Drafts whose twin is published already, and searches that people of the demo keep."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import Body, User
from initiatives.models import InitiativeKind, Topic
from initiatives.services import drafting, searches, wording

DRAFTS = (
    {
        "kind": "petition-oblast-akimat",
        "body": "akimat-almaty-city",
        "topic": "ecology",
        "language": "ru",
        "title": "Очистить воздух Алматы от смога",
        "problem": "Зимой над городом висит смог: частный сектор топит углём, теплостанция дымит, дети болеют бронхитом. "
        "Датчиков мало, и никто не знает, кто загрязняет воздух сильнее всех.",
        "proposal": "Подключить частные дома к газу, перевести бани и автомойки на электричество, поставить датчики в каждом "
        "микрорайоне и открыто публиковать их данные.",
    },
    {
        "kind": "petition-oblast-akimat",
        "body": "akimat-almaty-city",
        "topic": "ecology",
        "language": "kk",
        "title": "Алматыдагы туман мен тутинди азайту",
        "problem": "Кыста ауа лас, терезе ашу мумкин емес, балалар жотеледи. Комир жагатын уйлер коп.",
        "proposal": "",
    },
)
WRITERS = ("aigerim", "marina")
KEPT = (
    ("Ауа сапасы", {"words": "ауа"}, "daily"),
    ("Петиции о школах на русском", {"words": "школа", "language": "ru"}, "weekly"),
    ("Алматы: ашық петициялар", {"region": "750000000", "stage": "open"}, "never"),
)


def tell(named: Mapping[str, User], *, at: datetime) -> None:
    """Begin the drafts and keep the searches of the first citizens; count the words that all texts brought."""
    wording.count_terms()
    for number, (writer, told) in enumerate(zip(WRITERS, DRAFTS, strict=True)):
        drafting.begin(
            kind=InitiativeKind.objects.get(slug=told["kind"]),
            body=Body.objects.get(slug=told["body"]),
            by=named[writer],
            draft=drafting.Draft(
                language=told["language"],
                title=told["title"],
                problem=told["problem"],
                proposal=told["proposal"],
                topic=Topic.objects.get(slug=told["topic"]),
            ),
            at=at - timedelta(hours=3 + number),
        )
    for name, query, frequency in KEPT:
        searches.keep(by=named[WRITERS[0]], name=name, query=query, frequency=frequency, at=at - timedelta(days=9))
