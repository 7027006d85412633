"""Both servers together, or those that DATABASE_URL and REDIS_URL name instead."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.launch.broker import Broker
from portal.launch.places import Places
from portal.launch.postgres import Postgres
from portal.launch.processes import undisturbed


@contextmanager
def running(places: Places, *, for_tests: bool = False, note: Path | None = None) -> Iterator[dict[str, str]]:
    """Run the servers while the block runs; yields their addresses as environment variables.

    `note` names a file that holds the addresses for as long, so that `manage.py` in another window finds them.
    """
    servers: dict[str, Postgres | Broker] = {}
    with places.alone():
        places.prepare()
        try:
            if "DATABASE_URL" not in os.environ:
                servers["DATABASE_URL"] = Postgres(places, for_tests=for_tests)
            if "REDIS_URL" not in os.environ:
                servers["REDIS_URL"] = Broker(places, for_tests=for_tests)
            for server in servers.values():
                server.start()
            if any(server.cleaned_up for server in servers.values()):
                print("An earlier run left servers behind; they were cleaned up, and the data is whole.")
            addresses = {name: server.url for name, server in servers.items()}
            if note:
                note.write_text("".join(f"{name}={url}\n" for name, url in addresses.items()), encoding="utf-8")
            yield addresses
        finally:
            with undisturbed():
                if note:
                    note.unlink(missing_ok=True)
                for server in servers.values():
                    server.stop()
