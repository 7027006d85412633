"""The fixed vocabularies of initiatives."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Process(TextChoices):
    """Which life an initiative of a kind lives."""

    PETITION = "petition", _("Petition")
    IDEA = "idea", _("Public idea")
    REQUEST = "request", _("Consolidated request")


class State(TextChoices):
    """Where in its life an initiative stands; petitions and ideas share the vocabulary, not the path."""

    DRAFT = "draft", _("Draft")
    JOINING = "joining", _("Gathering the first joiners")
    CHECK = "check", _("Being checked")
    REJECTED = "rejected", _("Rejected")
    COLLECTING = "collecting", _("Collecting votes")
    THRESHOLD_REACHED = "threshold_reached", _("Threshold reached")
    SENT = "sent", _("Sent to the body")
    REGISTERED = "registered", _("Under review by the body")
    DECIDED = "decided", _("Decided")
    PUBLISHED = "published", _("Decision published")
    EXECUTION = "execution", _("Being carried out")
    DONE = "done", _("Done")
    BELOW_THRESHOLD = "below_threshold", _("Below the threshold")
    LAPSED = "lapsed", _("Too few joiners")
    WITHDRAWN = "withdrawn", _("Withdrawn by the author")
    MODERATION = "moderation", _("Awaiting moderation")
    DISCUSSION = "discussion", _("Under discussion")
    TAKEN_UP = "taken_up", _("Taken up")
    ANSWERED = "answered", _("Answered")
    MERGED = "merged", _("Merged into another")
    ARCHIVED = "archived", _("Archived")


PRIVATE = frozenset({State.DRAFT, State.MODERATION, State.WITHDRAWN})
"""Seen by the author and by those whose work it is."""

LINK_ONLY = frozenset({State.JOINING, State.CHECK, State.LAPSED})
"""Open to whoever has the link, listed nowhere (practice of the national portal until the check is passed)."""

OPEN_TO_VOTES = frozenset({State.JOINING, State.COLLECTING, State.DISCUSSION})
OPEN_TO_COMMENTS = frozenset({State.COLLECTING, State.DISCUSSION})
WITH_THE_BODY = frozenset({State.SENT, State.REGISTERED, State.DECIDED})
ANSWERED_STATES = frozenset({State.PUBLISHED, State.EXECUTION, State.DONE, State.ANSWERED, State.TAKEN_UP})
LISTED = frozenset(set(State) - PRIVATE - LINK_ONLY)


class NormCode(TextChoices):
    """What a number of the law governs."""

    JOINERS = "joiners", _("Joiners needed before the check")
    JOINING_PERIOD = "joining_period", _("Time to gather them")
    CHECK_PERIOD = "check_period", _("Time for the check")
    COLLECTION_PERIOD = "collection_period", _("Time to collect votes")
    THRESHOLD_VOTES = "threshold_votes", _("Votes that oblige the body to decide")
    THRESHOLD_PERCENT = "threshold_percent", _("Share of residents that obliges the body to decide")
    THRESHOLD_BOUNDARY = "threshold_boundary", _("Population above which the fixed number applies")
    SENDING_PERIOD = "sending_period", _("Time to send it to the body")
    REGISTRATION_PERIOD = "registration_period", _("Time to register it")
    ANSWER_PERIOD = "answer_period", _("Time to decide")
    PUBLICATION_PERIOD = "publication_period", _("Time to publish the decision")
    MINIMUM_AGE = "minimum_age", _("Minimum age")
    MODERATION_PERIOD = "moderation_period", _("Time for moderation")
    DISCUSSION_PERIOD = "discussion_period", _("Time for discussion")
    DISCUSSION_NOTICE = "discussion_notice", _("Notice before the draft decision is discussed")
    STATEMENT_PERIOD = "statement_period", _("Time for the first head's statement")
    HANDOVER_PERIOD = "handover_period", _("Time to hand it over as an ordinary appeal")
    APPEAL_PERIOD = "appeal_period", _("Time to answer an ordinary appeal")
    REJECTION_APPEAL_PERIOD = "rejection_appeal_period", _("Time to appeal against a rejection")
    REJECTION_REVIEW_PERIOD = "rejection_review_period", _("Time to decide on the appeal")


class Unit(TextChoices):
    """Units of the numbers."""

    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")
    MONTHS = "months", _("months")
    VOTES = "votes", _("votes")
    PERCENT = "percent", _("percent of residents")
    PEOPLE = "people", _("people")
    YEARS = "years", _("years")


class Outcome(TextChoices):
    """What the body decided (art. 90-6(1))."""

    FULL = "full", _("Satisfied in full")
    PARTIAL = "partial", _("Satisfied in part")
    REFUSED = "refused", _("Refused")
    ANSWERED = "answered", _("Answered")
    """Of a request: a question is neither granted nor refused (art. 89)."""


PETITION_OUTCOMES = (Outcome.FULL, Outcome.PARTIAL, Outcome.REFUSED)
REQUEST_OUTCOMES = (Outcome.ANSWERED,)


class CoAuthorship(TextChoices):
    """Where an invitation to write together stands."""

    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Writes with you")
    DECLINED = "declined", _("Declined")
    REMOVED = "removed", _("Removed by the author")
    LEFT = "left", _("Left")


class Safety(TextChoices):
    """What the check of an attachment for harmful content has found."""

    PENDING = "pending", _("Being checked")
    CLEAN = "clean", _("Checked")
    REFUSED = "refused", _("Removed: harmful content")


class DiscussionStage(TextChoices):
    """Where the discussion of a draft decision stands; it follows from its moments."""

    ANNOUNCED = "announced", _("Announced")
    OPEN = "open", _("Open for remarks")
    CLOSED = "closed", _("Awaiting the summary")
    SUMMARISED = "summarised", _("Summarised")
    CANCELLED = "cancelled", _("Cancelled")


class RemarkVerdict(TextChoices):
    """What the body does with a remark."""

    ACCEPTED = "accepted", _("Accepted")
    PARTLY = "partly", _("Accepted in part")
    REJECTED = "rejected", _("Not accepted")


class Seat(TextChoices):
    """What the applicant says to the seat in the commission."""

    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class MemberOf(TextChoices):
    """Whom a member of a commission comes from (art. 90-5(2))."""

    BODY = "body", _("State body")
    DEPUTY = "deputy", _("Deputy")
    ASSOCIATION = "association", _("Public association")
    EXPERT = "expert", _("Expert")


class PromiseStage(TextChoices):
    """Where a milestone stands on a day."""

    PROMISED = "promised", _("Promised")
    DONE = "done", _("Done")
    DONE_LATE = "done_late", _("Done late")
    LATE = "late", _("Late")


class Stance(TextChoices):
    """Where a comment stands."""

    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    NEUTRAL = "neutral", _("Neutral")


class VoteSource(TextChoices):
    """How the vote was given."""

    EDS = "eds", _("Digital signature")
    SESSION = "session", _("Signed-in person")
    PAPER = "paper", _("Paper list")


class WaitingOutcome(TextChoices):
    """What became of an act that waited for the certification authority."""

    COUNTED = "counted", _("Counted")
    REFUSED = "refused", _("Refused: the signature is not good")
    NOT_NEEDED = "not_needed", _("Not needed: the person acted otherwise meanwhile")
    TAKEN_BACK = "taken_back", _("Taken back by the person before it was counted")
    VOID = "void", _("Void: the petition was withdrawn, removed or closed")
    EXPIRED = "expired", _("Not counted: nobody could tell in time")


class PaperVerdict(TextChoices):
    """What is found of one line of a paper list; `COUNTED` once it has become a vote."""

    GOOD = "good", _("Can be counted")
    UNREADABLE = "unreadable", _("The line lacks an IIN or a date that can be read")
    BAD_IIN = "bad_iin", _("No person can have this IIN")
    BAD_DATE = "bad_date", _("The date of signing lies outside the term")
    TOO_YOUNG = "too_young", _("Too young on the day of signing")
    REPEATED = "repeated", _("The person stands further up in this list")
    VOTED = "voted", _("The person has voted already, electronically or on another list")
    WITHDRAWN = "withdrawn", _("The person took their vote back on that day or later, or contested it")
    CLOSED = "closed", _("Votes were no longer taken when the list was entered")
    COUNTED = "counted", _("Counted as a vote")


class AgeBand(IntegerChoices):
    """Bands in which the ages of voters are counted; the value is the youngest age of the band."""

    FROM_14 = 14, "14–17"
    FROM_18 = 18, "18–24"
    FROM_25 = 25, "25–34"
    FROM_35 = 35, "35–44"
    FROM_45 = 45, "45–54"
    FROM_55 = 55, "55–64"
    FROM_65 = 65, "65+"


class Order(TextChoices):
    """Orders of a list; the formulas are in `ranking`."""

    TRENDING = "trending", _("Trending")
    MOST_SUPPORTED = "most_supported", _("Most supported")
    PROGRESS = "progress", _("Nearest to the threshold")
    RISING = "rising", _("Rising")
    CLOSING_SOON = "closing_soon", _("Closing soon")
    NEWEST = "newest", _("Newest")
    ANSWERED = "answered", _("Recently answered")


BOTH = "both"
"""In which language a text is written that stands in Kazakh and in Russian."""


class Frequency(TextChoices):
    """How often someone hears of what a kept search has found."""

    DAILY = "daily", _("Each morning")
    WEEKLY = "weekly", _("Each Monday morning")
    NEVER = "never", _("Never")


class ExcludedSubject(IntegerChoices):
    """Subjects a petition may not have: the closed list of art. 90-2(3)."""

    HUMAN_RIGHTS = 1, _("Violation of human rights and freedoms")
    CONSTITUTIONAL_ORDER = (
        2,
        _("Constitutional order, public order, health, morals, honour, accord, amnesty, pardon"),
    )
    STATEHOOD = 3, _("Independence, unity, territory and form of government of the Republic")
    TERRITORIAL_STRUCTURE = 4, _("Administrative-territorial structure and the state border")
    JUSTICE = 5, _("Operative-search activity, law enforcement, investigation, courts")
    PROSECUTION = 6, _("Supervision by the prosecutor")
    INTELLIGENCE = 7, _("Intelligence and guarded persons")
    PROCEDURE = 8, _("Penal, criminal, civil and administrative procedure, offences, labour legislation")
    DEFENCE = 9, _("Defence, national security, extremism, drugs")
    TREATIES = 10, _("Obligations under international treaties")
    APPOINTMENTS = 11, _("Appointments and dismissals by the President, the Parliament and the Government")
    ELECTIONS = 12, _("Elections, referendum, parties, the Parliament")
    SYMBOLS = 13, _("State symbols")
    STATE_LANGUAGE = 14, _("The status of the state language")
    STATE_BODIES = 15, _("Powers, creation and abolition of state bodies")
    EMERGENCY = 16, _("Decisions taken under a state of emergency")


class AppealOutcome(TextChoices):
    """What became of an author's appeal, or of the word of a commenter against the hiding of a comment."""

    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


class ReportCategory(TextChoices):
    """What a reader finds wrong with a comment."""

    INSULT = "insult", _("Insult or humiliation")
    THREAT = "threat", _("Threat or call to violence")
    PERSONAL_DATA = "personal_data", _("Personal data of another person")
    ADVERTISING = "advertising", _("Advertising or spam")
    FALSEHOOD = "falsehood", _("Unfounded accusation")
    OFF_TOPIC = "off_topic", _("Off topic")
    OTHER = "other", _("Something else")


class ReportOutcome(TextChoices):
    """What the moderators found about a report."""

    UPHELD = "upheld", _("The comment broke the rules")
    UNFOUNDED = "unfounded", _("The comment keeps to the rules")


class CommentOrder(TextChoices):
    """Orders of a discussion."""

    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    REPLIES = "replies", _("Most replies")
    AGREED = "agreed", _("Most agreed with")


class ReasonUse(TextChoices):
    """What a prepared reason can be given for."""

    PETITION = "petition", _("Petition")
    IDEA = "idea", _("Public idea")
    REQUEST = "request", _("Consolidated request")
    COMMENT = "comment", _("Comment")


class LogAction(TextChoices):
    """Acts of moderation as the public log names them."""

    PUBLISH = "publish", _("Published")
    PROPOSE_REJECTION = "propose_rejection", _("Rejection proposed")
    RETURN_REJECTION = "return_rejection", _("Proposed rejection returned")
    REJECT = "reject", _("Rejected by a second moderator")
    APPEAL = "appeal", _("Appeal filed")
    REINSTATE = "reinstate", _("Appeal upheld, published")
    DISMISS_APPEAL = "dismiss_appeal", _("Appeal dismissed")
    MERGE = "merge", _("Merged into another")
    PROPOSE_REMOVAL = "propose_removal", _("Removal of the text proposed")
    RETURN_REMOVAL = "return_removal", _("Proposed removal returned")
    REMOVE_TEXT = "remove_text", _("Text removed by a second moderator")
    HIDE_COMMENT = "hide_comment", _("Comment hidden")
    KEEP_COMMENT = "keep_comment", _("Reported comment kept")
    CONTEST_HIDING = "contest_hiding", _("Hiding contested by the writer")
    RESTORE_COMMENT = "restore_comment", _("Comment restored")
    CONFIRM_HIDING = "confirm_hiding", _("Hiding confirmed")


class LogRole(TextChoices):
    """Who acted, without a name; moderators are numbered within one matter."""

    MODERATOR = "moderator", _("Moderator")
    AUTHOR = "author", _("Author")
    COMMENTER = "commenter", _("Writer of the comment")
