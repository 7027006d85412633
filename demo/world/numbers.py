"""The numbers of the law divided, so that two thousand demo voters can reach them; each row says so itself."""

from datetime import date, timedelta
from decimal import Decimal

from initiatives.models import InitiativeKind, KindVersion, Norm
from initiatives.states import NormCode

DIVISOR = 50
LOCAL_DIVISOR = 10
"""For districts: their numbers are small already."""

DIVIDED = (NormCode.THRESHOLD_VOTES, NormCode.THRESHOLD_PERCENT)


def divide_thresholds(*, today: date) -> None:
    """Give each petition kind a demo version of its numbers from two years ago on; the statutory one ends there."""
    start = today - timedelta(days=730)
    for kind in InitiativeKind.objects.filter(process="petition"):
        law = KindVersion.objects.filter(kind=kind, number=1).prefetch_related("norms").get()
        if start <= law.effective_from:
            start = law.effective_from + timedelta(days=1)
        KindVersion.objects.filter(pk=law.pk).update(effective_until=start)
        divisor = LOCAL_DIVISOR if kind.body_kind.startswith("district") else DIVISOR
        source = f"DEMONSTRATION: the threshold of art. 90-3(4) divided by {divisor}"
        version = KindVersion.objects.create(kind=kind, number=2, effective_from=start, source=source)
        Norm.objects.bulk_create(_copy(norm, version, divisor) for norm in law.norms.all())


def _copy(norm: Norm, version: KindVersion, divisor: int) -> Norm:
    is_divided = norm.code in DIVIDED
    return Norm(
        version=version,
        code=norm.code,
        number=norm.number / Decimal(divisor) if is_divided else norm.number,
        unit=norm.unit,
        start_event=norm.start_event,
        article=f"{norm.article}, demonstration: 1/{divisor}" if is_divided else norm.article,
        is_verified=norm.is_verified,
    )
