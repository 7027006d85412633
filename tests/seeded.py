"""Keeps what migrations entered. Loaded as a plugin.

Tests that need real transactions (threads, browsers) end with a truncation of every table, catalogues too: territories, bodies,
kinds, holidays. The rows as the migrations left them are copied once and put back after each such test, so that tests
may run in any order.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from portal.calendar import rows

# Parents before children.
CATALOGUES = (
    "accounts_territory",
    "accounts_body",
    "calendar_calendarday",
    "initiatives_initiativekind",
    "initiatives_kindversion",
    "initiatives_norm",
    "initiatives_topic",
    "initiatives_rejectionreason",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Copy the catalogues once the test database is made."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS seeded")
        for table in CATALOGUES:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS seeded.{table} AS TABLE public.{table}")
    truncate = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def truncate_and_restore(self: TransactionTestCase) -> None:
        truncate(self)
        with connection.cursor() as cursor:
            for table in CATALOGUES:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM seeded.{table}")
        rows.forget()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", truncate_and_restore)
        yield
    connection.close()  # the one at hand may have been cut by a test of outages
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # A thread that a test left behind must not keep the database from being dropped.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
