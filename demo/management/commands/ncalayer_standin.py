"""`manage.py ncalayer_standin`: NCALayer for the demo, at the addresses the portal's pages are told."""

import asyncio
import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.ncalayer.control import Choice
from demo.ncalayer.page import WORDS
from demo.ncalayer.protocol import Mode
from demo.ncalayer.server import Addresses, stand_in
from demo.ncalayer.signing import demo_ring, make_cms


class Command(BaseCommand):
    """Serves until it is interrupted. Listens on the loopback interface only, as NCALayer does."""

    help = "Stand in for NCALayer with the keys of the demo people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=_port(settings.NCALAYER_URL))
        parser.add_argument("--control-port", type=int, default=_port(settings.DEMO_CONTROL_URL))
        parser.add_argument(
            "--keys", type=Path, default=Path(settings.DEMO_PKI_DIR), help="what `manage.py demo_pki` made"
        )
        parser.add_argument("--person", help="whose key signs at first; the first of the list by default")
        parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.OK.value)
        parser.add_argument(
            "--allow-origin",
            action="append",
            default=[settings.PORTAL_ORIGIN],
            help="a portal's origin that may choose the person; those on this machine always may",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ring = demo_ring(options["keys"])
        if not ring.people:
            raise CommandError(f"No demo keys in {options['keys']}. Make them with: manage.py demo_pki")
        choice = Choice(ring, person=ring.people[0].id, mode=Mode(options["mode"]))
        if options["person"] and not choice.select(options["person"]):
            known = ", ".join(person.id for person in ring.people)
            raise CommandError(f"No demo person {options['person']!r}. There are: {known}")
        at = Addresses(port=options["port"], control_port=options["control_port"], origins=options["allow_origin"])
        asyncio.run(self._serve(choice, at))

    async def _serve(self, choice: Choice, at: Addresses) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with stand_in(choice, make_cms, WORDS, at) as running:
            self.stdout.write(f"The stand-in for NCALayer listens at {running.url}")
            self.stdout.write(f"Choose whose key signs at {running.control_url}/")
            await stop.wait()


def _port(url: str) -> int:
    """The port of an address from the settings."""
    port = urlsplit(url).port
    if port is None:
        raise CommandError(f"{url} names no port.")
    return port
