"""`manage.py demo_persons`: who can sign in the demo, as the table that `make run` prints."""

from typing import Any

from django.core.management.base import BaseCommand
from django_otp.oath import totp

from demo.world.people import STAFF_PASSWORD, STAFF_SECRET, second_factor
from signatures.eds.demo_people import PEOPLE, DemoPerson, Shape


class Command(BaseCommand):
    """Prints a line a person: the name under which the stand-in knows the key, the person, and what he or she does."""

    help = "List the persons of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [("key", "name", "is"), *(row(person) for person in PEOPLE)]
        widths = [max(len(line[column]) for line in rows) for column in range(2)]
        for key, name, role in rows:
            self.stdout.write(f"  {key:<{widths[0]}}  {name:<{widths[1]}}  {role}")
        self.stdout.write(
            "  Key files lie in .var/demo-pki/people: <key>.p12 (RSA, password: demo) and <key>.pem (GOST)"
        )
        code = totp(second_factor().bin_key)
        self.stdout.write(
            "  Staff may sign in by password too, which /admin/ asks for: address <key>@demo.example, "
            f"password {STAFF_PASSWORD},"
        )
        self.stdout.write(
            f"  code {code:06d} at the moment; a later one: manage.py demo_persons (secret {STAFF_SECRET})"
        )


def row(person: DemoPerson) -> tuple[str, str, str]:
    """What a newcomer needs to choose: the role, the organisation, and what is wrong with a key, if anything."""
    does = person.kind.value.replace("_", " ")
    at = f" of {person.organisation.slug}" if person.organisation else ""
    peculiar = "" if person.shape is Shape.ORDINARY else f" (key: {person.shape.value.replace('_', ' ')})"
    return person.slug, f"{person.given_name.title()} {person.surname.title()}", f"{does}{at}{peculiar}"
