"""What a trust domain demands, and what an act demands of its signer.

Domains are never mixed: signatures of the demo's keys, which lie open to everybody, must not count beside real ones.
The test domain exists for the national authority's published test keys, whose IIN is not a possible one and whose plain
CMS lacks signingCertificateV2.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from signatures.eds import oids

NATIONAL_TIME_STAMPS = frozenset(
    {
        oids.POLICY_TIME_STAMP_GOST_2004,
        oids.POLICY_TIME_STAMP_RSA,
        oids.POLICY_TIME_STAMP_GOST_GT,
        oids.POLICY_TIME_STAMP_GOST_2015,
    }
)


class Domain(StrEnum):
    """Whose certificates count."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Policy:
    """The demands of one trust domain."""

    domain: Domain
    signing_certificate_required: bool = True
    iin_must_be_valid: bool = True
    oldest_ocsp: timedelta = timedelta(minutes=15)
    """The national responder gives no nextUpdate, so freshness needs a bound of our own."""
    clock_skew: timedelta = timedelta(minutes=5)
    time_stamp_policies: frozenset[str] = NATIONAL_TIME_STAMPS
    """What a time stamp authority must say that it follows."""
    old_algorithms_allowed: bool = False
    """GOST 34.310-2004, and SHA-1 under a time stamp, to judge evidence of former years. No domain's own policy says yes:
    no vote comes by it."""


DEMO = Policy(Domain.DEMO)
TEST = Policy(Domain.TEST, signing_certificate_required=False, iin_must_be_valid=False)
PRODUCTION = Policy(Domain.PRODUCTION)
POLICIES = {policy.domain: policy for policy in (DEMO, TEST, PRODUCTION)}


@dataclass(frozen=True, slots=True)
class Demand:
    """What an act demands of the certificate: a person's by default, and one made for signing."""

    organisation_allowed: bool = False
    """A head's, an employee's: for answers that a body signs. An information system's never."""
    authentication_allowed: bool = False
    """The separate certificate for signing in, which some people hold: for nothing else than signing in."""


PERSONAL_ACT = Demand()
"""Voting and joining: only as oneself."""
OFFICIAL_ACT = Demand(organisation_allowed=True)
SIGN_IN = Demand(organisation_allowed=True, authentication_allowed=True)
