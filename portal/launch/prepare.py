"""Before the portal opens: translations, tables, the demo's keys and the demo world, in one process to start fast."""

import os
import sys
import time

import django
import polib
from django.core.management import CommandError, call_command, get_commands
from django.db import connection
from django.db.migrations.exceptions import InconsistentMigrationHistory

from portal.launch import translations
from portal.launch.failure import LaunchError

MARK = "The demo world is loaded."


def main() -> None:
    compile_messages()
    django.setup()
    step("tables", "migrate", interactive=False, verbosity=0)
    step("demo keys", "demo_pki")
    if not demo_world_is_loaded():
        step("demo world", "demo_world")
        mark_demo_world()


def compile_messages() -> None:
    """Compile each catalogue that is newer than its compiled form.

    In Python, so that a machine without gettext starts too; `make check` has msgfmt look at the placeholders.
    """
    for catalogue in translations.catalogues():
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        polib.pofile(str(catalogue)).save_as_mofile(str(compiled))


def step(title: str, command: str, **options: object) -> None:
    """Run one of manage.py's commands, and say how long it took."""
    if command not in get_commands():
        raise LaunchError(f"The command {command} is missing: the app `demo` is not in INSTALLED_APPS.")
    began = time.monotonic()
    call_command(command, **options)
    print(f"  {title:<12} {time.monotonic() - began:5.1f} s", flush=True)


def demo_world_is_loaded() -> bool:
    """The mark is in the database itself, so that it goes and comes with the data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        row = cursor.fetchone()
    return row is not None and row[0] == MARK


def mark_demo_world() -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [MARK])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    try:
        main()
    except (LaunchError, CommandError) as error:
        sys.exit(str(error))
    except InconsistentMigrationHistory:
        sys.exit("The kept data is of another line of development: `make reset` clears it.")
