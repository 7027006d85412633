"""Looking for texts among 100,000: what is similar while one types, the list, its filters' counts, a search by words.

A tenth of the texts is near-identical, as a robot writes them; the rest mixes subjects, places and wishes. Each time is that
of the service alone, drawn from nothing cached, one after another on one connection; the pages are measured in `pages`.
"""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.utils.translation import override
from psycopg2.extras import execute_values

from accounts.selectors import bodies
from bench import world
from bench.results import Results
from initiatives.models import InitiativeKind, KindVersion, Topic
from initiatives.selectors.lists import ListFilter, list_page
from initiatives.selectors.twins import twins_of_text
from initiatives.selectors.wording import words_of
from initiatives.services import wording
from initiatives.states import Order
from portal.clock import now

NUMBER = 100_000
TIMES = 60
SEED = 7
BODY = {
    "kk": "Тұрғындар бұл мәселені бірнеше рет көтерді, бірақ жауап болған жоқ. Әкімдік мерзімін айтып, есеп берсін.",
    "ru": "Жители обращались несколько раз, ответа нет. Просим назвать сроки и отчитаться о работе перед людьми.",
}
WISHES = {
    "kk": ["салу", "жөндеу", "ашу", "жабу", "көшіру", "тазарту", "жарықтандыру", "қорғау", "арзандату", "көбейту"],
    "ru": ["построить", "отремонтировать", "открыть", "закрыть", "перенести", "очистить", "осветить", "сохранить"],
}
MATTERS = {
    "kk": "мектеп балабақша жол көпір саябақ аурухана емхана автобус аялдама су құбыр газ жылу жарық қоқыс өзен көл стадион "
    "кітапхана мұражай базар тротуар бағдаршам интернет дәретхана лифт шатыр аула алаң бассейн театр зират",
    "ru": "школа детсад дорога мост парк больница поликлиника автобус остановка вода труба газ отопление свет мусор река "
    "озеро стадион библиотека музей рынок тротуар светофор интернет туалет лифт крыша двор площадка бассейн театр",
}
DRAFTS = (
    ("kk", "Ауылдағы мектепті жөндеп беріңіздер", "Шатыры ағып тұр, балалар суықта отырады."),
    ("ru", "Отремонтируйте дорогу к больнице", "Скорая не может проехать, ямы по колено."),
    ("kk", "Озендеги кокысты тазалау", "Жагада кокыс коп, балык жок."),
    ("ru", "Построить новый мост через реку", "Старый мост закрыт весной."),
    ("kk", "Ауыл мектебіне жаңа спорт залын салу", "Балалар спортпен шұғылданатын орын жоқ."),
    ("ru", "Светафор у школы", "Дети перебегают дорогу."),
)
SEARCHES = (
    "мектеп",
    "дорога",
    "спорт залын салу",
    "отремонтировать мост",
    "жондеу жол",
    "светафор",
    "парк",
    "ауыл мектебі",
)

INITIATIVES = """
INSERT INTO initiatives_initiative (code, kind_id, kind_version_id, author_id, body_id, territory_id, topic_id, sdgs, language,
    title, problem, proposal, text_sha256, threshold, threshold_basis, state, state_since, revision, created_at, updated_at,
    opened_at, published_at, closes_at, answered_at, registration_number, rejection_reason,
    parallel_title, parallel_problem, parallel_proposal)
VALUES %s RETURNING id, title, language
"""
TEMPLATE = (
    "(%(code)s, %(kind)s, %(version)s, %(author)s, %(body)s, %(territory)s, %(topic)s, %(sdgs)s, %(language)s, %(title)s, "
    "%(text)s, %(text)s, repeat('0', 64), 50000, '{}', %(state)s, %(at)s, 1, %(at)s, %(at)s, %(at)s, %(at)s, %(closes)s, "
    "%(answered)s, '', 'Мәтінде нақты ұсыныс жоқ.', '', '', '')"
)


def measure(results: Results) -> None:
    """Make the texts, then time each way of looking through them."""
    began = time.perf_counter()
    make_texts(NUMBER)
    results.add(f"search: {NUMBER:,} texts made and their words kept", time.perf_counter() - began, "s")
    with override("kk"):
        _time(results, "similar texts while typing", [partial(_similar, *one) for one in DRAFTS], at_most=150)
        _time(results, "list by search of words", [partial(_list, words=one) for one in SEARCHES], at_most=150)
        _time(results, "list and facets, no filter", [partial(_list, order=one) for one in Order], at_most=150)
        _time(results, "list and facets, filtered", [partial(_list, **one) for one in _filters()], at_most=150)


def _time(results: Results, name: str, acts: list[Callable[[], Any]], *, at_most: float) -> None:
    for act in acts:
        act()
    spent = []
    for number in range(TIMES):
        began = time.perf_counter()
        acts[number % len(acts)]()
        spent.append(1000 * (time.perf_counter() - began))
    spent.sort()
    results.add(f"search: {name}, p50", spent[len(spent) // 2], "ms")
    results.add(f"search: {name}, p95", spent[int(len(spent) * 0.95)], "ms", at_most=at_most, note=f"of {NUMBER:,}")


def _similar(language: str, title: str, body: str) -> Any:
    return twins_of_text(title=title, body=body, language=language, at=now())


def _list(**asked: Any) -> Any:
    return list_page(ListFilter(**asked), at=now())


def _filters() -> list[dict[str, Any]]:
    topic = Topic.objects.all()[0].slug
    return [
        {"topic": topic},
        {"region": "750000000"},
        {"language": "ru"},
        {"sdg": 4},
        {"stage": "answered"},
        {"page": 40},
    ]


def make_texts(number: int) -> None:
    """Make published texts of many kinds, the words of each, and the counts of words."""
    chance, at = random.Random(SEED), now()
    author, topics = world.author_id(), list(Topic.objects.values_list("pk", flat=True))
    kinds = {kind.body_kind: kind for kind in InitiativeKind.objects.all() if kind.body_kind}
    versions = {kind.pk: KindVersion.objects.filter(kind=kind).latest("number").pk for kind in kinds.values()}
    offices = [body for body in bodies() if body.kind in kinds]
    states = ["collecting"] * 6 + ["below_threshold"] * 2 + ["published", "done", "rejected", "registered"]

    def row(place: int) -> dict[str, Any]:
        body = offices[chance.randrange(len(offices))]
        language, state = chance.choice(("kk", "ru")), chance.choice(states)
        moment = at - timedelta(minutes=place)
        title = world.TITLES[place % 5] if place % 10 == 0 else _title(chance, language, str(body.territory))
        return {
            "code": f"t{place:011d}", "kind": kinds[body.kind].pk, "version": versions[kinds[body.kind].pk],
            "author": author, "body": body.pk, "territory": body.territory_id, "topic": chance.choice(topics),
            "sdgs": chance.sample(range(1, 18), 2), "language": language, "title": f"{title} № {place}"[:150],
            "text": BODY[language] * 5, "state": state, "at": moment, "closes": at + timedelta(days=place % 180 + 1),
            "answered": moment if state in ("published", "done") else None,
        }  # fmt: skip

    with connection.cursor() as cursor:
        for start in range(0, number, 5000):
            rows = [row(place) for place in range(start, min(start + 5000, number))]
            made = execute_values(cursor.cursor, INITIATIVES, rows, template=TEMPLATE, page_size=1000, fetch=True)
            kept = [(pk, *_words(title, language)) for pk, title, language in made]
            execute_values(
                cursor.cursor,
                "INSERT INTO initiatives_wording (initiative_id, heading, title_stems, stems) VALUES %s",
                kept,
                page_size=1000,
            )
    wording.count_terms()
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE initiatives_initiative, initiatives_wording, initiatives_term, initiatives_tally"
        )


def _title(chance: random.Random, language: str, place: str) -> str:
    matter, other = chance.sample(MATTERS[language].split(), 2)
    wish = chance.choice(WISHES[language])
    return f"{place}: {matter} {wish}, {other}" if language == "kk" else f"{wish} {matter} и {other}, {place}"


def _words(title: str, language: str) -> tuple[str, list[str], list[str]]:
    words = words_of(title, BODY[language], language)
    return words.heading, sorted(words.title), sorted(words.text)
