"""Faults in mid-vote, with counts: what was acknowledged is kept, and what was sent twice is there once (ADR 0001).

A web process is killed with -9, and connections of Postgres are cut, while clients vote. Each client sends its vote again
until it has an answer, as people do.
"""

import time

import pytest
from django.db import connection

from initiatives.models import Initiative, VoteAct
from tests.attacks.faults import Web, vote_through

pytestmark = pytest.mark.django_db(transaction=True)


def test_kill_9_of_the_web_loses_and_doubles_nothing(web: Web, ballots: tuple[Initiative, list[bytes]]) -> None:
    def fault() -> int:
        web.kill()
        kept = VoteAct.objects.count()
        web.start()
        return kept

    vote_through(web, *ballots, fault)


def test_cut_connections_to_postgres_lose_and_double_nothing(web: Web, ballots: tuple[Initiative, list[bytes]]) -> None:
    def fault() -> int:
        for _time in range(5):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            time.sleep(0.05)
        return VoteAct.objects.count()

    vote_through(web, *ballots, fault)
