"""Turn a part of the portal off or on from the machine, when the pages cannot be reached."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock, switches
from portal.errors import Refusal
from portal.switches import turning


class Command(BaseCommand):
    help = "List the switches; turn one off (with reasons in Kazakh and Russian) or on (with a note)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?")
        parser.add_argument("position", nargs="?", choices=("on", "off"))
        for option in ("--kk", "--ru", "--en", "--note"):
            parser.add_argument(option, default="")

    def handle(self, *args: Any, **options: Any) -> None:
        name, position = options["name"], options["position"]
        try:
            if position == "off":
                reasons = {language: options[language] for language in ("kk", "ru", "en")}
                turning.turn_off(name=name, reasons=reasons, by=None, at=clock.now())
            elif position == "on":
                turning.turn_on(name=name, note=options["note"], by=None, at=clock.now())
        except Refusal as refusal:
            raise CommandError("; ".join(map(str, (refusal.message, *refusal.fields.values())))) from refusal
        for one in switches.registered():
            if name in (None, one):
                self.stdout.write(f"{one}: {'on' if switches.is_on(one) else 'off'}")
