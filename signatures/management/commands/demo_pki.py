"""`manage.py demo_pki`: make the demo's certification authority and the keys of its people, once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from signatures.eds import demo_people, demo_pki


class Command(BaseCommand):
    help = "Make the demo's certification authority and key files, unless they are there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dir", type=Path, help="where to (default: the setting DEMO_PKI_DIR)")
        parser.add_argument("--fresh", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path | None = options["dir"] or getattr(settings, "DEMO_PKI_DIR", None)
        if settings.TRUST_DOMAIN == "production" or directory is None:
            raise CommandError("The demo's keys are not for production.")
        if demo_pki.is_complete(directory) and not options["fresh"]:
            self.stdout.write(f"The demo keys are in {directory / 'people'} already.")
            return
        demo_pki.generate(directory, at=clock.now())
        self.stdout.write(
            f"Made the demo authority and the keys of {len(demo_people.PEOPLE)} people in {directory / 'people'}"
            f" (password: {demo_people.PASSWORD})."
        )
