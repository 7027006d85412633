"""What `verify_cms` and `verify_certificate` share: their arguments, how they read, print and end.

Ends with 0 for valid, 1 for invalid, 2 for "nothing to judge" (a missing or damaged file, arguments that make no sense).
"""

import json
import sys
from argparse import ArgumentParser
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand
from django.utils import translation

from portal import clock
from signatures.eds import describing, recorded_evidence
from signatures.eds.auditing import Question
from signatures.eds.demo_pki import DemoSource
from signatures.eds.policy import Domain
from signatures.eds.recorded_evidence import EvidenceFile
from signatures.eds.revocation import SourceUnreachable
from signatures.services import audit_text, auditing, trust
from signatures.services.auditing import Anchors, Unreadable

VALID, INVALID, UNREADABLE = 0, 1, 2
LANGUAGES = ("kk", "ru", "en")


class AuditCommand(BaseCommand):
    """A command that judges files. It needs no database, no broker and no network."""

    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="PEM, base64 or DER")
        parser.add_argument("--anchors", type=Path, metavar="DIR", help="whom to trust (default: the portal's store)")
        parser.add_argument("--pin", action="append", default=[], metavar="SHA256", help="only these are anchors")
        parser.add_argument("--crl", type=Path, metavar="DIR", help="revocation lists and OCSP answers, in DER or PEM")
        parser.add_argument("--at", metavar="TIME", help="moment to judge at, ISO 8601; UTC where no zone is given")
        parser.add_argument("--policy", choices=[str(d) for d in Domain], help="default: the portal's trust domain")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--language", choices=LANGUAGES, default=settings.LANGUAGE_CODE, help="of the report")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                report = self._judged(options)
                code = VALID if report["valid"] else INVALID
            except Unreadable as trouble:
                report = {
                    "v": 1,
                    "valid": None,
                    "verdict": "unreadable",
                    "code": trouble.code,
                    "detail": trouble.detail,
                }
                code = UNREADABLE
            if options["json"]:
                self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            else:
                (self.stderr if code == UNREADABLE else self.stdout).write(audit_text.render(report))
        sys.exit(code)

    def judge(self, options: dict[str, Any], asked: Question) -> dict[str, Any]:
        """Return the part of the report that is the command's own."""
        raise NotImplementedError

    def stamped_at(self, options: dict[str, Any], asked: Question) -> datetime | None:
        """Return the moment that the file itself proves, by a time stamp; None without one."""
        return None

    def _judged(self, options: dict[str, Any]) -> dict[str, Any]:
        domain = Domain(options["policy"] or settings.TRUST_DOMAIN)
        anchors = _anchors(options, domain)
        at, source = self._moment(options, anchors, domain)
        evidence, ignored = _evidence(options, anchors, at)
        asked = auditing.question(anchors, evidence, domain=domain, at=at)
        report = self.judge(options, asked)
        return {
            "v": 1,
            "verdict": "valid" if report["valid"] else "invalid",
            "policy": str(domain),
            "at": describing.moment(at),
            "at_from": source,
            "anchors_from": anchors.origin,
            "anchors": describing.describe_store(anchors.store),
            "ignored": [*anchors.ignored, *ignored],
            **report,
        }

    def _moment(self, options: dict[str, Any], anchors: Anchors, domain: Domain) -> tuple[datetime, str]:
        """Return when to judge, and where that comes from."""
        if options["at"]:
            return _time(options["at"]), "given"
        now = clock.now()
        stamped = self.stamped_at(options, auditing.question(anchors, None, domain=domain, at=now))
        return (now, "now") if stamped is None else (stamped, "time_stamp")


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("bad_arguments", f"--at {text}: not a time like 2026-11-23T10:00:00Z") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _anchors(options: dict[str, Any], domain: Domain) -> Anchors:
    if options["anchors"] is not None:
        return auditing.read_anchors(options["anchors"], options["pin"])
    try:
        pins = [*getattr(settings, "TRUST_ANCHOR_PINS", ()), *options["pin"]]
        folder = Path(settings.TRUST_ANCHORS_DIR)
        return Anchors(trust.load_store(domain, folder, pins, old_algorithms_allowed=True), "portal")
    except ImproperlyConfigured as error:
        raise Unreadable("bad_arguments", str(error)) from error


def _evidence(
    options: dict[str, Any], anchors: Anchors, at: datetime
) -> tuple[list[EvidenceFile] | None, list[dict[str, str]]]:
    """Return what is known of revocation: the folder's, or what the demo's own authority would have said then."""
    if options["crl"] is not None:
        return auditing.read_evidence(options["crl"])
    demo = trust.demo_pki() if anchors.origin == "portal" else None
    if demo is None:
        return None, []
    source = DemoSource(demo)
    lists: list[bytes] = []
    for authority in anchors.store.authorities:
        with suppress(SourceUnreachable):  # a root has none
            lists += source.crls(authority, now=at)
    files = [recorded_evidence.read("portal", raw) for raw in dict.fromkeys(lists)]
    return [file for file in files if file is not None], []
