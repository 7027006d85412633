"""`manage.py demo_phone`: signs what a QR code on a page asks for, as eGov Mobile would, with a demo person's key."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.ncalayer.signing import demo_ring, make_cms
from demo.phone import Phone, PhoneError, Shape, over_http


class Command(BaseCommand):
    """Exits with 1 when the portal refuses the signature."""

    help = "Stand in for a telephone with eGov Mobile: read a QR code's text, sign, send the signature back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("qr_text", help="what the QR code says: mobileSign:http://…")
        parser.add_argument("--person", default="aigerim", help="whose key signs")
        parser.add_argument("--keys", type=Path, default=Path(settings.DEMO_PKI_DIR), help="what demo_pki made")
        parser.add_argument("--shape", choices=[shape.value for shape in Shape], default=Shape.FILE.value)
        parser.add_argument("--pem", action="store_true", help="send PEM instead of bare base64")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = demo_ring(options["keys"]).of(options["person"])
        if not keys:
            raise CommandError(f"No demo person {options['person']!r} in {options['keys']}.")
        phone = Phone(
            keys[0], make_cms, settings.PORTAL_ORIGIN, over_http, shape=Shape(options["shape"]), pem=options["pem"]
        )
        try:
            seen = phone.scan(options["qr_text"])
        except PhoneError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{seen.organisation}: {seen.description}")
        for name, value in seen.lines:
            self.stdout.write(f"  {name}: {value}")
        if seen.status != 200:
            raise CommandError(f"The portal refused the signature ({seen.status}): {seen.message}")
        self.stdout.write("Signed. The page goes on by itself.")
