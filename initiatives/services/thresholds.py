"""How many votes oblige the body to decide (art. 90-3(4))."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from initiatives.models import KindVersion
from initiatives.states import NormCode
from portal.errors import Unavailable

if TYPE_CHECKING:
    from accounts.models import Territory


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of votes and how it came about, kept with the initiative for everyone to check."""

    votes: int | None
    basis: dict[str, Any]


def threshold_for(version: KindVersion, territory: "Territory") -> Threshold:
    """Return the threshold for that territory; without a number for kinds that have none.

    A share of residents is rounded up: half a person cannot vote. Raises Unavailable where the share cannot be computed
    because the population is not on record.
    """
    votes, percent = version.number_of(NormCode.THRESHOLD_VOTES), version.number_of(NormCode.THRESHOLD_PERCENT)
    boundary = version.number_of(NormCode.THRESHOLD_BOUNDARY)
    if votes is None and percent is None:
        return Threshold(None, {})
    if percent is None or (boundary is not None and _population(territory) > boundary):
        assert votes is not None
        return Threshold(int(votes), _basis(version, territory, NormCode.THRESHOLD_VOTES))
    share = (Decimal(_population(territory)) * percent / 100).to_integral_value(rounding=ROUND_CEILING)
    return Threshold(max(int(share), 1), _basis(version, territory, NormCode.THRESHOLD_PERCENT))


def _population(territory: "Territory") -> int:
    if territory.population is None:
        raise Unavailable(
            _("The population of this territory is not on record yet, so the threshold cannot be worked out."),
            code="population_unknown",
        )
    return territory.population


def _basis(version: KindVersion, territory: "Territory", code: NormCode) -> dict[str, Any]:
    norm = version.norm(code)
    assert norm is not None
    return {
        "rule": code.value,
        "number": f"{norm.number.normalize():f}",
        "article": norm.article,
        "territory": territory.pk,
        "population": territory.population,
        "population_year": territory.population_year,
    }
