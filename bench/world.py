"""Petitions and votes in bulk, by SQL: what a count or a ranking costs does not depend on how the rows came."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.selectors import bodies
from accounts.services.identity import identity_tag
from initiatives.models import Initiative, InitiativeKind, KindVersion
from initiatives.states import State
from portal.clock import now

TITLES = (
    "Ауыл мектебіне жаңа спорт залын салу",
    "Қала паркіндегі ағаштарды сақтап қалу",
    "Сделать остановки доступными для колясок",
    "Построить велодорожку вдоль набережной",
    "Вернуть ночной автобус в микрорайон",
)
TEXT = (
    "Біздің ауданда бұл мәселе көптен бері шешілмей келеді. Мы просим рассмотреть предложение и ответить по существу. "
)

VOTES = """
INSERT INTO initiatives_voteact
    (initiative_id, signer_tag, sequence, previous, shown_name, territory_id, age_band, source, at)
SELECT %(first)s + floor(%(count)s * power(random(), 3))::bigint, '\\x01'::bytea || sha256(number::text::bytea), 1, NULL,
       'Айгүл С.', (%(places)s::varchar[])[1 + number %% %(number_of_places)s],
       (ARRAY[14, 18, 25, 35, 45, 55, 65])[1 + number %% 7], 'session',
       %(at)s::timestamptz - random() * random() * interval '30 days'
FROM generate_series(%(from)s, %(to)s) AS number
"""

WAITING = """
WITH fresh AS (
    INSERT INTO initiatives_voteact
        (initiative_id, signer_tag, sequence, previous, shown_name, territory_id, age_band, source, at)
    SELECT %(first)s + floor(%(count)s * power(random(), 3))::bigint, '\\x02'::bytea || sha256(number::text::bytea), 1, NULL,
           'Айгүл С.', (%(places)s::varchar[])[1 + number %% %(number_of_places)s], 35, 'session', %(at)s
    FROM generate_series(%(from)s, %(to)s) AS number RETURNING *
)
INSERT INTO initiatives_pendingtally (initiative_id, delta, counted_at, territory_id, age_band)
SELECT initiative_id, 1, at, territory_id, age_band FROM fresh
"""


def author_id() -> UUID:
    """Return the person who wrote all of it."""
    from django.contrib.auth import get_user_model

    values = {"given_name": "Айгүл", "family_name": "Серікова", "joined_at": now(), "password": "!"}
    return (
        get_user_model()
        ._default_manager.get_or_create(identity_tag=identity_tag("000000000000"), defaults=values)[0]
        .pk
    )


def make_petitions(number: int, *, requires_eds: bool = True) -> list[Initiative]:
    """Make that many open petitions that no measurement brings to their threshold."""
    at = now()
    kind = InitiativeKind.objects.get(slug="petition-government" if requires_eds else "idea")
    version = KindVersion.objects.filter(kind=kind).latest("number")
    addressed = [body for body in bodies() if body.kind == (kind.body_kind or body.kind)]
    made = [
        Initiative(
            kind=kind,
            kind_version=version,
            author_id=author_id_value,
            body=addressed[place % len(addressed)],
            territory_id=addressed[place % len(addressed)].territory_id,
            language="kk",
            title=f"{TITLES[place % len(TITLES)]} № {place}",
            problem=TEXT * 4,
            proposal=TEXT * 4,
            text_sha256=f"{place:064x}",
            threshold=100_000_000,
            state=State.COLLECTING if requires_eds else State.DISCUSSION,
            state_since=at,
            created_at=at,
            updated_at=at,
            published_at=at - timedelta(minutes=place),
            closes_at=at + timedelta(days=90),
        )
        for author_id_value in [author_id()]
        for place in range(number)
    ]
    return Initiative.objects.bulk_create(made, batch_size=1000)


def add_votes(initiatives: list[Initiative], first: int, last: int, *, at: datetime, waiting: bool = False) -> None:
    """Add votes number `first` to `last`, most of them on few initiatives; `waiting` ones are still to be folded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kato FROM accounts_territory WHERE level = 'region' ORDER BY kato")
        places = [row[0] for row in cursor.fetchall()]
        values: dict[str, Any] = {
            "first": initiatives[0].pk,
            "count": len(initiatives),
            "places": places,
            "number_of_places": len(places),
            "at": at,
            "from": first,
            "to": last,
        }
        cursor.execute(WAITING if waiting else VOTES, values)
