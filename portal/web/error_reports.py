"""Error reports (letters to operators, the page of DEBUG) without what people sent and without their numbers.

A traceback shows each frame's variables and the whole request. The variables that hold a signature, a certificate or a person are
hidden by their names, everything else by what it looks like (`portal.scrubbing`), and of a request nothing that was sent.
"""

from collections.abc import ItemsView
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from portal.scrubbing import scrub_report

if TYPE_CHECKING:
    from types import FrameType

HIDDEN = "[hidden]"
SENSITIVE_NAMES = (
    "iin", "cms", "token", "signer", "signature", "statement", "certificate", "leaf", "subject", "person", "holder",
    "plain", "sealed", "content", "der", "raw", "body", "data", "password", "secret", "pepper", "key", "post", "cookie",
    "surname", "given_name", "family_name", "patronymic", "birth", "email", "row", "args", "kwargs", "params",
)  # fmt: skip


class ReportFilter(SafeExceptionReporterFilter):
    """Hides variables by name, and everything that was sent; also while DEBUG is on."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return dict.fromkeys(request.POST, HIDDEN) if request is not None else {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: "FrameType") -> ItemsView[str, Any]:
        return {name: _shown(name, value) for name, value in tb_frame.f_locals.items()}.items()


def _shown(name: str, value: object) -> object:
    if any(word in name.lower() for word in SENSITIVE_NAMES):
        return f"{HIDDEN} {type(value).__name__}"
    return value


class Report(ExceptionReporter):
    """The report as Django writes it, looked through once more as a whole."""

    def get_traceback_html(self) -> SafeString:
        # Django escaped it already; what is put instead holds no markup.
        return mark_safe(scrub_report(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return mark_safe(scrub_report(super().get_traceback_text()))
