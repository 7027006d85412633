"""`manage.py verify_cms FILE`: judge a signature file and say everything that was checked (docs/signatures.md)."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from signatures.eds.auditing import Question
from signatures.limits import LARGEST_AUDITED_FILE
from signatures.management.audit_command import AuditCommand
from signatures.services import auditing


class Command(AuditCommand):
    help = "Judge a digital signature (CMS): every check, its result and its reason. Ends with 0, 1 or 2."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--content", type=Path, metavar="FILE", help="what was signed, for a detached signature")
        parser.add_argument("--signer", type=int, metavar="N", help="whose signature decides, from 0 (default: all)")

    def judge(self, options: dict[str, Any], asked: Question) -> dict[str, Any]:
        """Return the report on the signature file."""
        data = auditing.read_file(options["file"], LARGEST_AUDITED_FILE)
        path: Path | None = options["content"]
        content = None if path is None else auditing.read_file(path, LARGEST_AUDITED_FILE)
        return {"kind": "cms", **auditing.judge_cms(data, content, asked, signer=options["signer"])}

    def stamped_at(self, options: dict[str, Any], asked: Question) -> datetime | None:
        """Return the time stamp's moment, where the signature that is asked about has a good one."""
        data = auditing.read_file(options["file"], LARGEST_AUDITED_FILE)
        return auditing.stamped_at(data, asked, signer=options["signer"])
