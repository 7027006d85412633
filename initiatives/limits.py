"""Numbers of initiatives. Those of the law are dated rows (`Norm`), seeded from here and versioned by staff.

Source: Administrative Procedural and Process-Related Code, 350-VI of 29.06.2020 (APPC), arts 90-1 to 90-6. A norm that
could not be checked against the official text is seeded as unverified and shown so to staff.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from initiatives.states import NormCode, Unit

TITLE_MAX = 150
"""Characters; fits two lines of a phone and a share card."""

TITLE_MIN = 10
TEXT_MIN = 80
"""Characters of the problem and of the proposal: fewer than a sentence cannot be checked or answered."""

TEXT_MAX = 10_000
"""Characters of the problem and of the proposal each: five printed pages."""

COMMENT_MAX = 2_000
REMARKS_PER_PERSON = 10
"""Remarks one person may make to one draft decision: more is a campaign, which the discussion is not for."""

DISCUSSION_DAYS_MAX = 30
"""Days a discussion of a draft decision may last: the longest term of an answer is 40 working days."""

MEMBERS_MAX = 30
PROOFS_MAX = 5
DISPUTE_MAX = 300
REASON_MAX = 300
"""Characters of a report and of the reason for which a comment is hidden."""

COMMENT_EDITABLE_FOR = timedelta(minutes=15)
"""A slip can be corrected before many have answered; the earlier text stays readable."""

REPORTS_PER_DAY = 10
"""Reports one person may make in 24 hours: more is a campaign, not reading."""

QUESTIONS_OPEN = 3
"""Questions of one person to the author of one initiative that wait for an answer at a time."""

LOCK_MINUTES = 5
"""How long a moderator who opened an item is shown as looking at it, unless the page says so again."""

DRAFTS_PER_PERSON = 10
"""Open drafts one person may hold: more is a robot."""

OPENED_PER_DAY = 5
"""Initiatives one person may hand over in 24 hours. The portal's own rule, not the law's."""

OPENED_AT_ONCE = 20
"""Initiatives of one person that gather joiners or votes, or wait for their check, at the same time; likewise our own rule."""

NEARLY_IDENTICAL = 0.85
"""Share of common words from which two texts count as one written twice."""

SEARCHES_PER_PERSON = 20
ATTACHMENTS_MAX = 5
ATTACHMENT_BYTES_MAX = 5 * 1024 * 1024
MINIMUM_CELL = 5
"""In a breakdown by age a cell of fewer voters is hidden, and others with it so that it cannot be worked out."""

TRENDING_HALF_LIFE_HOURS = 24
LAW_IN_FORCE = date(2024, 4, 4)
"""Chapter 12-1 has applied since this day."""


@dataclass(frozen=True, slots=True)
class NormSeed:
    """One number with its article, as it is written into the dated rows."""

    code: NormCode
    number: Decimal
    unit: Unit
    start_event: str
    article: str
    is_verified: bool = True


def _seed(code: NormCode, number: int, unit: Unit, start: str, article: str, *, verified: bool = True) -> NormSeed:
    return NormSeed(code, Decimal(number), unit, start, article, verified)


APPEAL_NORMS = (
    _seed(NormCode.REJECTION_APPEAL_PERIOD, 10, Unit.WORKING_DAYS, "the rejection", "rules of the portal"),
    _seed(NormCode.REJECTION_REVIEW_PERIOD, 10, Unit.WORKING_DAYS, "filing of the appeal", "rules of the portal"),
)
"""The law gives a way to the court; the appeal to a moderator who took no part is the portal's own rule."""

STATUTORY = (
    _seed(NormCode.JOINERS, 50, Unit.VOTES, "opening of the draft to joiners", "APPC 90-2(4)"),
    _seed(NormCode.JOINING_PERIOD, 20, Unit.WORKING_DAYS, "opening of the draft to joiners", "APPC 90-2(4)"),
    _seed(NormCode.CHECK_PERIOD, 20, Unit.WORKING_DAYS, "the 50th joining", "APPC 90-2(5)"),
    _seed(NormCode.COLLECTION_PERIOD, 6, Unit.MONTHS, "publication", "APPC 90-3(2)"),
    _seed(NormCode.SENDING_PERIOD, 3, Unit.WORKING_DAYS, "reaching the threshold", "APPC 90-4"),
    _seed(NormCode.REGISTRATION_PERIOD, 1, Unit.WORKING_DAYS, "receipt by the body", "APPC 64(2)"),
    _seed(NormCode.PUBLICATION_PERIOD, 1, Unit.WORKING_DAYS, "the decision", "APPC 90-6(3)"),
    _seed(NormCode.MINIMUM_AGE, 18, Unit.YEARS, "birth", "APPC 90-1(2)", verified=False),
    *APPEAL_NORMS,
)
AFTER_THE_VOTES = (
    # A version that has this norm owes the discussion: nothing is signed before its summary.
    _seed(NormCode.DISCUSSION_NOTICE, 3, Unit.WORKING_DAYS, "announcement of the discussion", "APPC 90-5(2)"),
    _seed(NormCode.STATEMENT_PERIOD, 1, Unit.WORKING_DAYS, "the decision", "APPC 90-6(3)"),
    _seed(NormCode.HANDOVER_PERIOD, 3, Unit.WORKING_DAYS, "the end of the collection", "APPC 90-3(5)", verified=False),
    _seed(NormCode.APPEAL_PERIOD, 15, Unit.WORKING_DAYS, "registration of the appeal", "APPC 76(1)"),
)
CENTRAL_ANSWER = _seed(NormCode.ANSWER_PERIOD, 40, Unit.WORKING_DAYS, "registration", "APPC 90-5(1)")
LOCAL_ANSWER = _seed(NormCode.ANSWER_PERIOD, 20, Unit.WORKING_DAYS, "registration", "APPC 90-5(1)")


def _share(percent: int) -> NormSeed:
    return _seed(NormCode.THRESHOLD_PERCENT, percent, Unit.PERCENT, "publication", "APPC 90-3(4)")


def _votes(number: int) -> NormSeed:
    return _seed(NormCode.THRESHOLD_VOTES, number, Unit.VOTES, "publication", "APPC 90-3(4)")


_BOUNDARY = _seed(NormCode.THRESHOLD_BOUNDARY, 50_000, Unit.PEOPLE, "publication", "APPC 90-3(4)")

PETITION_NORMS: dict[str, tuple[NormSeed, ...]] = {
    "government": (*STATUTORY, *AFTER_THE_VOTES, CENTRAL_ANSWER, _votes(50_000)),
    "central": (*STATUTORY, *AFTER_THE_VOTES, CENTRAL_ANSWER, _votes(50_000)),
    "oblast_maslikhat": (*STATUTORY, *AFTER_THE_VOTES, LOCAL_ANSWER, _share(2)),
    "oblast_akimat": (*STATUTORY, *AFTER_THE_VOTES, LOCAL_ANSWER, _share(1)),
    "district_maslikhat": (*STATUTORY, *AFTER_THE_VOTES, LOCAL_ANSWER, _votes(5_000), _BOUNDARY, _share(10)),
    "district_akimat": (*STATUTORY, *AFTER_THE_VOTES, LOCAL_ANSWER, _votes(2_500), _BOUNDARY, _share(5)),
}
"""By the kind of body addressed (art. 90-3(4))."""

IDEA_NORMS = (
    _seed(NormCode.MODERATION_PERIOD, 5, Unit.WORKING_DAYS, "submission", "rules of the portal"),
    _seed(NormCode.DISCUSSION_PERIOD, 3, Unit.MONTHS, "publication", "rules of the portal"),
    _seed(NormCode.MINIMUM_AGE, 14, Unit.YEARS, "birth", "rules of the portal"),
    *APPEAL_NORMS,
)
"""Ideas are not regulated by law; these are the portal's own rules."""

REQUEST_NORMS = (
    _seed(NormCode.MODERATION_PERIOD, 5, Unit.WORKING_DAYS, "submission", "rules of the portal"),
    _seed(NormCode.THRESHOLD_VOTES, 10, Unit.VOTES, "publication", "rules of the portal"),
    _seed(NormCode.COLLECTION_PERIOD, 1, Unit.MONTHS, "publication", "rules of the portal"),
    _seed(NormCode.REGISTRATION_PERIOD, 1, Unit.WORKING_DAYS, "receipt by the body", "APPC 64(2)"),
    _seed(NormCode.ANSWER_PERIOD, 15, Unit.WORKING_DAYS, "registration", "APPC 76(1)"),
    _seed(NormCode.MINIMUM_AGE, 18, Unit.YEARS, "birth", "rules of the portal"),
    *APPEAL_NORMS,
)
"""Law knows the appeal, not its consolidation: how many join and for how long is the portal's rule, how the body answers is
the law's. Joining needs no signature of its own: art. 88(1) asks whose appeal it is, which the sign-in by EDS has proved."""

COAUTHORS_MAX = 10
"""People who write with the author, open invitations included."""

INVITATION_DAYS = 14
PROMISE_DAYS_MAX = 30 * 365
"""Days that a promise may lie ahead: a later one binds nobody, and the last day of the calendar breaks calendars."""

PAPER_BYTES_MAX = 3 * 1024 * 1024
PAPER_LINES_MAX = 10_000
PAPER_SCAN_BYTES_MAX = 8 * 1024 * 1024
PAPER_CHUNK = 500
"""Lines of a paper list that become votes in one transaction."""

PENDING_GRACE = timedelta(hours=72)
"""How long an ended vote waits for signatures whose revocation nobody could tell. The portal's own rule, not the law's: outages
of the national authority last hours, a weekend without anybody to mend one lasts two days, and whoever waits for the result
must not wait without end."""

WAITING_BATCH = 400
"""Waiting acts that one run asks about: with eight askers and a second an answer it takes less than a minute."""

WAITING_TURN = timedelta(seconds=50)
"""Nobody else asks about an act meanwhile. Less than the minute between runs: the next one replaces who died while asking."""

WAITING_ASKERS = 8
WAITING_GIVES_UP = 16
"""After so many silences at the beginning the rest of the run is spared; the others come first in the next one."""

DISPUTABLE = timedelta(days=125)
"""After its publication a decision can be disputed: three months for a complaint, then one for going to court, and a few
days for the post (APPC, arts 92 and 136; not checked against the official text). So long the signatures are kept."""

ERASURES_A_RUN = 5_000
"""Acts whose evidence one run of the nightly task looks at."""
