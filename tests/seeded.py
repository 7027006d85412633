"""Keeps what migrations entered. Loaded as a plugin.

Tests that need real transactions (threads, browsers) end with every table emptied, catalogues too: territories, bodies,
kinds, holidays. The rows as the migrations left them are copied once and put back after each such test, so that tests
may run in any order.

Hundreds of tests end so, and Django's way (TRUNCATE of a hundred tables, then content types and permissions made anew)
takes a fifth of a second on an idle machine. Deleting what is there takes a tenth of that.
"""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from portal.calendar import rows

CATALOGUES = (
    "django_content_type",
    "auth_permission",
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
def no_collecting() -> None:
    """Migrations make thousands of classes of models: looking among them for garbage is a quarter of their time."""
    gc.collect()
    gc.disable()


@pytest.fixture(scope="session")
def django_db_setup(no_collecting: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Copy the catalogues once the test database is made."""
    gc.enable()
    gc.collect()
    gc.freeze()  # what is loaded stays: later collections need not look at it
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS seeded")
        for table in CATALOGUES:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS seeded.{table} AS TABLE public.{table}")

    def empty_and_restore(self: TransactionTestCase) -> None:
        empty()
        rows.forget()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_and_restore)
        yield
    connection.close()  # the one at hand may have been cut by a test of outages
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # A thread that a test left behind must not keep the database from being dropped.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def empty() -> None:
    """Delete every row but those of migrations, past the triggers that refuse it; only a superuser of Postgres may.

    The lock waits, as TRUNCATE would, for what a thread of the test is still writing.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = sorted(connection.ops.quote_name(name) for name in names)
    filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(filled)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")
        for table in CATALOGUES:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM seeded.{table}")
