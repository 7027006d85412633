"""The auditor's report for people: a verdict in a sentence, then each check with its reason, in the reader's language."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from signatures.states import SENTENCES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STEPS: "Mapping[str, _StrPromise]" = {
    "structure": gettext_lazy("The file can be read"),
    "signers": gettext_lazy("Number of signers"),
    "content_type": gettext_lazy("Type of what is signed"),
    "lists": gettext_lazy("Revocation lists in the file"),
    "certificates": gettext_lazy("Other certificates in the file"),
    "content": gettext_lazy("What was signed is at hand"),
    "certificate": gettext_lazy("The signer's certificate is found"),
    "algorithms": gettext_lazy("Algorithms are allowed and belong together"),
    "attributes": gettext_lazy("Signed attributes"),
    "digest": gettext_lazy("The digest is that of the content"),
    "signing_certificate": gettext_lazy("The signature names this certificate"),
    "signature": gettext_lazy("The signature is the certificate holder's"),
    "unsigned_attributes": gettext_lazy("Attributes without a signature"),
    "time_stamp": gettext_lazy("Time stamp"),
    "imprint": gettext_lazy("The time stamp is over these bytes"),
    "path": gettext_lazy("The issuer signed the certificate"),
    "authority_validity": gettext_lazy("The issuer was valid at that time"),
    "validity": gettext_lazy("The certificate was valid at that time"),
    "usage": gettext_lazy("The key is made for signing"),
    "role": gettext_lazy("The holder is a person or acts for an organisation"),
    "identity": gettext_lazy("The identification number is a possible one"),
    "revocation": gettext_lazy("The certificate was not revoked at that time"),
}
RESULTS: "Mapping[str, _StrPromise]" = {
    "ok": gettext_lazy("yes"),
    "failed": gettext_lazy("NO"),
    "noted": gettext_lazy("note"),
    "skipped": gettext_lazy("not checked"),
}
UNREADABLE_SENTENCES: "Mapping[str, _StrPromise]" = {
    "not_readable": gettext_lazy("The file or folder cannot be read."),
    "content_missing": gettext_lazy("The signature is detached: give the file that was signed with --content."),
    "no_such_signer": gettext_lazy("The file has no signer with this number."),
    "bad_arguments": gettext_lazy("The command cannot be understood."),
}


def render(report: dict[str, Any]) -> str:
    """Return the report as lines of text."""
    return "\n".join(_lines(report))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    if report["verdict"] == "unreadable":
        yield f"{_('There is nothing to judge.')} {sentence(report['code'])} {report['detail']}".strip()
        return
    yield _("VALID") if report["valid"] else _("INVALID")
    if not report["valid"]:
        yield sentence(report["code"])
    yield ""
    yield f"{_('Judged at')}: {report['at']}"
    yield f"{_('By the rules of')}: {report['policy']}"
    for anchor in report["anchors"]:
        yield f"{_('Trusted')}: {anchor['name']} ({anchor['role']}, SHA-256 {anchor['sha256'][:16]}…)"
    for left in report["ignored"]:
        yield f"{_('Left out')}: {left['file']} ({left['reason']})"
    yield ""
    yield from _checks(report["checks"])
    for signer in report.get("signers", ()):
        yield from _signer(signer, chosen=signer["index"] in report["chosen"])
    if "certificate" in report:
        yield from _certificate(report["certificate"])
        yield from _evidence(report["evidence"])


def _signer(signer: dict[str, Any], *, chosen: bool) -> Iterator[str]:
    verdict = _("VALID") if signer["valid"] else f"{_('INVALID')} ({signer['code']})"
    number = _("Signer %(number)s") % {"number": signer["index"]}
    aside = "" if chosen else f" — {_('not asked about')}"
    yield ""
    yield f"{number}: {verdict}{aside}"
    if signer["certificate"] is not None:
        yield from _certificate(signer["certificate"])
    if signer["signing_time"] is not None:
        yield f"  {_('The signer’s clock said')}: {signer['signing_time']}"
    yield f"  {_('Algorithms')}: {signer['algorithms']['signature']}; {signer['algorithms']['digest']}"
    yield from _evidence(signer["evidence"])
    yield from _checks(signer["checks"])


def _certificate(certificate: dict[str, Any]) -> Iterator[str]:
    subject, issuer = certificate["subject"], certificate["issuer"]
    yield f"  {_('Holder')}: {', '.join(subject.values())}"
    yield f"  {_('Issued by')}: {', '.join(issuer.values())}"
    yield f"  {_('Serial number')}: {certificate['serial']}"
    yield f"  {_('Valid')}: {certificate['not_before']} — {certificate['not_after']}"
    yield f"  {_('Key')}: {certificate['key']}; {', '.join(certificate['extended_key_usage'])}"


def _evidence(evidence: list[dict[str, Any]]) -> Iterator[str]:
    for used in evidence:
        said = used["state"] or used["reason"]
        yield f"  {_('Evidence')}: {used['file']} ({used['kind']}, {used['this_update']}): {said}"


def _checks(checks: list[dict[str, Any]]) -> Iterator[str]:
    for check in checks:
        title = STEPS.get(check["step"], check["step"])
        why = [sentence(check["code"])] if check["code"] and check["result"] == "failed" else []
        why += [check["detail"]] if check["detail"] else []
        yield f"  [{RESULTS[check['result']]}] {title}{': ' if why else ''}{' — '.join(why)}"


def sentence(code: str) -> str:
    """Return the sentence of a code."""
    return str(SENTENCES.get(code) or UNREADABLE_SENTENCES.get(code) or code)
