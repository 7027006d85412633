"""`manage.py verify_certificate FILE`: judge a certificate, a revocation list or a responder's answer."""

from typing import Any

from signatures.eds.auditing import Question
from signatures.limits import LARGEST_AUDITED_FILE
from signatures.management.audit_command import AuditCommand
from signatures.services import auditing


class Command(AuditCommand):
    help = "Judge a certificate: signature of its issuer, validity and revocation, each apart. Ends with 0, 1 or 2."

    def judge(self, options: dict[str, Any], asked: Question) -> dict[str, Any]:
        """Return the report on the file."""
        return auditing.judge_certificate(auditing.read_file(options["file"], LARGEST_AUDITED_FILE), asked)
