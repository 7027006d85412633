"""`manage.py appoint`: gives a role and sends the link for password and telephone. So the first administrator comes in.

manage.py appoint zhanna@example.kz administrator --given-name Жанна --family-name Әлиева
manage.py appoint saule@example.kz clerk --body ministry-agriculture --given-name Сәуле --family-name Жұмабаева
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import selectors
from accounts.services import roles, staff
from accounts.states import Language, Role
from portal.clock import now
from portal.errors import Refusal


class Command(BaseCommand):
    help = "Give a role to a person, known by e-mail address or new, and send the link for their sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--body", default="", help="slug of the state body, for clerk and head")
        parser.add_argument("--given-name", default="")
        parser.add_argument("--family-name", default="")
        parser.add_argument("--language", choices=Language.values, default=Language.KAZAKH)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                self._appoint(options)
        except Refusal as refusal:
            reasons = [str(refusal.message), *(str(sentence) for sentence in refusal.fields.values())]
            raise CommandError(" ".join(reasons)) from None
        self.stdout.write(f"{options['email']} has the role {options['role']}; a letter with the link is on its way.")

    def _appoint(self, options: dict[str, Any]) -> None:
        at = now()
        user = selectors.get_user_by_email(options["email"])
        if user is None:
            if not options["given_name"]:
                raise CommandError("Nobody has this address. Give --given-name and --family-name to open an account.")
            user = staff.open_account(
                email=options["email"],
                given_name=options["given_name"],
                family_name=options["family_name"],
                language=options["language"],
                at=at,
            )
        body = selectors.get_body(options["body"]) if options["body"] else None
        roles.assign(user=user, role=options["role"], body=body, by=None, at=at)
        staff.invite(user=user, by=None, at=at)
