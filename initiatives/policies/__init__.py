"""Who may do what with an initiative, and the sentence that tells them why not."""

from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from accounts.policies import may_administer
from initiatives.models import (
    Comment,
    Commission,
    Decision,
    DraftDiscussion,
    Follow,
    Initiative,
    Milestone,
    MilestoneDispute,
    PaperList,
    Remark,
    SavedSearch,
    VoteAct,
)
from initiatives.states import (
    ANSWERED_STATES,
    LINK_ONLY,
    LISTED,
    OPEN_TO_COMMENTS,
    OPEN_TO_VOTES,
    WITH_THE_BODY,
    DiscussionStage,
    NormCode,
    Seat,
    State,
)
from portal.clock import local_date, now
from portal.permissions import ALLOWED, Actor, Denied, policy
from portal.permissions import Decision as Answer
from portal.permissions.predicates import first_denial, is_signed_in

if TYPE_CHECKING:
    from accounts.models import User
    from portal.errors import Sentence


def _user(actor: Actor) -> "User":
    return cast("User", actor)


def is_author(actor: Actor, initiative: Initiative) -> Answer:
    """Allow the person who wrote it."""
    if actor.is_authenticated and initiative.author_id == _user(actor).pk:
        return ALLOWED
    return Denied(_("Only the author may do this."), code="author_only")


def is_writer(actor: Actor, initiative: Initiative) -> Answer:
    """Allow the author and those who write with them."""
    if is_author(actor, initiative) or (actor.is_authenticated and initiative.has_coauthor(_user(actor))):
        return ALLOWED
    return Denied(_("Only the author may do this."), code="author_only")


def did_not_write(actor: Actor, initiative: Initiative, sentence: "Sentence") -> Answer:
    """Allow those who neither wrote nor co-wrote it: nobody judges their own text."""
    return Denied(sentence, code="own_initiative") if is_writer(actor, initiative) else ALLOWED


def is_moderator(actor: Actor) -> Answer:
    """Allow moderators of the portal."""
    if actor.is_authenticated and _user(actor).has_role("moderator"):
        return ALLOWED
    return Denied(_("Only moderators may do this."), code="moderator_only")


def is_official_of(actor: Actor, body_id: int, *roles: str) -> Answer:
    """Allow people who hold one of the roles at that body."""
    if actor.is_authenticated and _user(actor).has_role(*roles, body_id=body_id):
        return ALLOWED
    return Denied(_("Only officials of the addressed body may do this."), code="officials_of_the_body_only")


def in_state(initiative: Initiative, *states: str) -> Answer:
    """Allow while the initiative is in one of the states."""
    if initiative.state in states:
        return ALLOWED
    return Denied(_("This step is not possible at this stage."), code="wrong_state")


@policy("initiatives.may_read")
def may_read(actor: Actor, initiative: Initiative) -> Answer:
    """Published ones anyone; link-only ones whoever has the link; the rest its writers and those whose work it is."""
    if initiative.state in LISTED | LINK_ONLY or is_writer(actor, initiative):
        return ALLOWED
    sees_submitted = actor.is_authenticated and _user(actor).has_role("moderator", "administrator")
    if sees_submitted and initiative.state != State.DRAFT:
        return ALLOWED
    return Denied(_("There is no such page."), code="not_found")


@policy("initiatives.may_write")
def may_write(actor: Actor, subject: object = None) -> Answer:
    """Anyone signed in may begin a draft."""
    return is_signed_in(actor)


@policy("initiatives.may_edit")
def may_edit(actor: Actor, initiative: Initiative) -> Answer:
    """The author and the co-authors, until the text freezes."""
    return first_denial(_is_draft(initiative), is_writer(actor, initiative))


def _is_draft(initiative: Initiative) -> Answer:
    if initiative.state == State.DRAFT:
        return ALLOWED
    return Denied(_("The text is frozen: people have begun to sign it."), code="text_frozen")


@policy("initiatives.may_invite")
def may_invite(actor: Actor, initiative: Initiative) -> Answer:
    """The author invites to write together, and ends it, until the text freezes."""
    return first_denial(_is_draft(initiative), is_author(actor, initiative))


@policy("initiatives.may_leave")
def may_leave(actor: Actor, initiative: Initiative) -> Answer:
    """A co-author may stop being one until the text freezes."""
    if actor.is_authenticated and initiative.has_coauthor(_user(actor)):
        return _is_draft(initiative)
    return Denied(_("You do not write this text together with its author."), code="coauthor_only")


@policy("initiatives.may_open")
def may_open(actor: Actor, initiative: Initiative) -> Answer:
    """The author hands the draft over: a petition to its first joiners, an idea to moderation."""
    birth_date = getattr(_user(actor), "birth_date", None)  # strangers have none
    sentence = _("You can submit this from the age of %(age)d.")
    age = old_enough(initiative, birth_date, local_date(now()), sentence=sentence)
    return first_denial(is_author(actor, initiative), age)


@policy("initiatives.may_withdraw")
def may_withdraw(actor: Actor, initiative: Initiative) -> Answer:
    """The author, before the check begins (an idea: before moderation ends)."""
    return is_author(actor, initiative)


@policy("initiatives.may_vote")
def may_vote(actor: Actor, initiative: Initiative) -> Answer:
    """Whoever signs may vote while votes are taken; who they are, the signature proves."""
    return takes_votes(initiative, now())


def takes_votes(initiative: Initiative, at: datetime) -> Answer:
    """Allow while the initiative takes votes at that moment."""
    if initiative.is_removed:
        return Denied(_("The text was removed by law."), code="text_removed")
    if initiative.state not in OPEN_TO_VOTES:
        return Denied(_("Votes are not taken at this stage."), code="voting_closed")
    if initiative.closes_at and at >= initiative.closes_at:
        return Denied(_("The time for votes has run out."), code="voting_closed")
    return ALLOWED


WROTE_IT = _("You wrote this; another official of the body handles it.")
TOO_YOUNG_TO_VOTE = _("You can vote here from the age of %(age)d.")


def old_enough(
    initiative: Initiative, birth_date: date | None, on: date, *, sentence: "Sentence" = TOO_YOUNG_TO_VOTE
) -> Answer:
    """Allow people of the kind's minimum age on that day; who has no birth date on record is not refused."""
    minimum = initiative.kind_version.number_of(NormCode.MINIMUM_AGE)
    if minimum is None or birth_date is None or age_on(birth_date, on) >= minimum:
        return ALLOWED
    return Denied(sentence % {"age": int(minimum)}, code="too_young")


def age_on(birth_date: date, on: date) -> int:
    """Return the age in full years on that day."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


@policy("initiatives.may_withdraw_vote")
def may_withdraw_vote(actor: Actor, act: VoteAct) -> Answer:
    """The voter, while votes are taken."""
    if not (actor.is_authenticated and act.voter_id == _user(actor).pk):
        return Denied(_("This is not your vote."), code="not_your_vote")
    return takes_votes(act.initiative, now())


@policy("initiatives.may_see_moderation")
def may_see_moderation(actor: Actor, subject: object = None) -> Answer:
    """Moderators see the queue."""
    return first_denial(is_signed_in(actor), is_moderator(actor))


@policy("initiatives.may_moderate")
def may_moderate(actor: Actor, initiative: Initiative) -> Answer:
    """A moderator who did not write it."""
    own = did_not_write(actor, initiative, _("You wrote this; another moderator decides."))
    return first_denial(own, is_moderator(actor))


@policy("initiatives.may_send")
def may_send(actor: Actor, initiative: Initiative) -> Answer:
    """A moderator sends it to the body once the threshold is confirmed."""
    return may_moderate(actor, initiative)


@policy("initiatives.may_send_request")
def may_send_request(actor: Actor, initiative: Initiative) -> Answer:
    """The author of a request sends it; whether enough have joined, the exact count says."""
    return is_author(actor, initiative)


@policy("initiatives.may_see_inbox")
def may_see_inbox(actor: Actor, subject: object = None) -> Answer:
    """Officials of any body see their own inbox."""
    if actor.is_authenticated and _user(actor).has_role("clerk", "head"):
        return ALLOWED
    return first_denial(
        is_signed_in(actor), Denied(_("Only officials of state bodies have an inbox."), code="officials_only")
    )


@policy("initiatives.may_handle")
def may_handle(actor: Actor, initiative: Initiative) -> Answer:
    """An official or the head of the addressed body who did not write it."""
    office = is_official_of(actor, initiative.body_id, "clerk", "head")
    return first_denial(office, did_not_write(actor, initiative, WROTE_IT))


@policy("initiatives.may_read_evidence")
def may_read_evidence(actor: Actor, initiative: Initiative) -> Answer:
    """An official or the head of the addressed body, from the moment at which the petition is theirs to answer."""
    office = is_official_of(actor, initiative.body_id, "clerk", "head")
    return first_denial(office, in_state(initiative, *WITH_THE_BODY, *ANSWERED_STATES))


@policy("initiatives.may_decide")
def may_decide(actor: Actor, initiative: Initiative) -> Answer:
    """The head of the addressed body signs (art. 90-6(1)) once the draft was discussed (art. 90-5(2)).

    A head who wrote the petition leaves it to whoever else heads the body.
    """
    if is_official_of(actor, initiative.body_id, "head"):
        return first_denial(did_not_write(actor, initiative, WROTE_IT), discussed(initiative))
    return first_denial(
        is_official_of(actor, initiative.body_id, "clerk", "head"),
        Denied(_("Only the head of the body signs the decision."), code="head_only"),
    )


def discussed(initiative: Initiative) -> Answer:
    """Allow once a discussion of the draft decision has its summary, where the numbers of the kind owe one."""
    if initiative.kind_version.norm(NormCode.DISCUSSION_NOTICE) is None:
        return ALLOWED
    if DraftDiscussion.objects.filter(initiative=initiative, summarised_at__isnull=False).exists():
        return ALLOWED
    return Denied(
        _("The draft decision has to be discussed in public first, and the discussion summarised (art. 90-5(2))."),
        code="discussion_owed",
    )


@policy("initiatives.may_draft_answer")
def may_draft_answer(actor: Actor, initiative: Initiative) -> Answer:
    """An official of the body, while the petition is under review and nothing is signed."""
    signed = Decision.objects.filter(initiative=initiative, signed_at__isnull=False).exists()
    if signed:
        return Denied(_("The decision is signed and can no longer be changed."), code="already_signed")
    return first_denial(may_handle(actor, initiative), in_state(initiative, State.REGISTERED, State.DISCUSSION))


@policy("initiatives.may_carry_out")
def may_carry_out(actor: Actor, initiative: Initiative) -> Answer:
    """An official of the body, unless the decision was a refusal: then there is nothing to carry out."""
    decision = Decision.objects.filter(initiative=initiative).first()
    if decision is not None and decision.outcome == "refused":
        return Denied(_("The petition was refused; there is nothing to carry out."), code="refused")
    return may_handle(actor, initiative)


@policy("initiatives.may_keep_milestones")
def may_keep_milestones(actor: Actor, initiative: Initiative) -> Answer:
    """An official of the body, once the decision is public."""
    stage = in_state(initiative, State.PUBLISHED, State.EXECUTION, State.TAKEN_UP, State.ANSWERED)
    return first_denial(may_handle(actor, initiative), stage)


@policy("initiatives.may_comment")
def may_comment(actor: Actor, initiative: Initiative) -> Answer:
    """Anyone signed in, while the discussion is open."""
    if initiative.is_removed:
        return Denied(_("The text was removed by law."), code="text_removed")
    if initiative.state not in OPEN_TO_COMMENTS:
        return Denied(_("The discussion is closed."), code="discussion_closed")
    return is_signed_in(actor)


def judges_words_under(actor: Actor, initiative: Initiative) -> Answer:
    """Allow a moderator to judge what people say about an initiative that the moderator did not write."""
    own = did_not_write(actor, initiative, _("You wrote this; another moderator decides."))
    return first_denial(is_moderator(actor), own)


@policy("initiatives.may_hide_comment")
def may_hide_comment(actor: Actor, comment: Comment) -> Answer:
    """A moderator who wrote neither the comment nor what it is about."""
    mine = actor.is_authenticated and comment.author_id == _user(actor).pk
    if mine or is_writer(actor, comment.initiative):
        return Denied(_("You wrote this; another moderator decides."), code="own_comment")
    return is_moderator(actor)


@policy("initiatives.may_keep_search")
def may_keep_search(actor: Actor, search: SavedSearch | None = None) -> Answer:
    """Anyone signed in keeps searches; each only their own."""
    if search is not None and not (actor.is_authenticated and search.owner_id == _user(actor).pk):
        return Denied(_("There is no such page."), code="not_found")
    return is_signed_in(actor)


@policy("initiatives.may_follow")
def may_follow(actor: Actor, initiative: Initiative) -> Answer:
    """Anyone signed in who may read it."""
    return first_denial(is_signed_in(actor), may_read(actor, initiative))


@policy("initiatives.may_keep_kinds")
def may_keep_kinds(actor: Actor, subject: object = None) -> Answer:
    """Administrators keep the kinds and their numbers."""
    return may_administer(actor, None)


def enters_paper(actor: Actor, initiative: Initiative, at: datetime) -> Answer:
    """Allow a moderator who did not write it, while it takes votes that are signed."""
    signed = ALLOWED if initiative.kind.requires_eds else Denied(_("Only signed votes can be given on paper."))
    return first_denial(may_moderate(actor, initiative), signed, takes_votes(initiative, at))


@policy("initiatives.may_enter_paper")
def may_enter_paper(actor: Actor, initiative: Initiative) -> Answer:
    """A moderator who did not write it, while it takes votes that are signed."""
    return enters_paper(actor, initiative, now())


@policy("initiatives.may_see_paper")
def may_see_paper(actor: Actor, paper: PaperList | None = None) -> Answer:
    """Moderators see lists and scans, but not whose numbers stand under what they wrote themselves."""
    own = did_not_write(actor, paper.initiative, _("You wrote this; another moderator decides.")) if paper else ALLOWED
    return first_denial(may_see_moderation(actor, paper), own)


def confirms_paper(actor: Actor, paper: PaperList, at: datetime) -> Answer:
    """Allow a second moderator, who neither brought the list nor wrote the petition."""
    if actor.is_authenticated and paper.uploaded_by_id == _user(actor).pk:
        return Denied(_("You brought this list; another moderator enters it."), code="own_paper_list")
    return enters_paper(actor, paper.initiative, at)


@policy("initiatives.may_confirm_paper")
def may_confirm_paper(actor: Actor, paper: PaperList) -> Answer:
    """A second moderator, who neither brought the list nor wrote the petition."""
    return confirms_paper(actor, paper, now())


def recalls_paper(actor: Actor, paper: PaperList, at: datetime) -> Answer:
    """Allow a moderator who did not ask for it, while votes are taken: later the count is before the body."""
    if actor.is_authenticated and paper.recall_asked_by_id == _user(actor).pk:
        return Denied(_("You asked for this; another moderator decides."), code="own_recall")
    return first_denial(may_moderate(actor, paper.initiative), takes_votes(paper.initiative, at))


@policy("initiatives.may_recall_paper")
def may_recall_paper(actor: Actor, paper: PaperList) -> Answer:
    """A moderator asks that an erroneous list be taken back; another one does it."""
    return recalls_paper(actor, paper, now())


@policy("initiatives.may_contest_paper")
def may_contest_paper(actor: Actor, subject: object = None) -> Answer:
    """Whoever has proved who they are; which lines are theirs, the keyed codes say (`selectors.paper.own_lines`)."""
    if is_signed_in(actor) and not _user(actor).identity_tag:
        return Denied(_("Sign in with your digital signature once: it shows who you are."), code="identity_required")
    return is_signed_in(actor)


@policy("initiatives.may_review")
def may_review(actor: Actor, initiative: Initiative) -> Answer:
    """An official of the body: discussion, commission and visits, while the petition is under review."""
    return first_denial(may_handle(actor, initiative), in_state(initiative, State.REGISTERED))


@policy("initiatives.may_remark")
def may_remark(actor: Actor, discussion: DraftDiscussion) -> Answer:
    """Anyone signed in, between the beginning and the end of the discussion."""
    if discussion.stage(now()) != DiscussionStage.OPEN:
        return Denied(_("Remarks are taken only while the discussion is open."), code="discussion_not_open")
    return is_signed_in(actor)


@policy("initiatives.may_hide_remark")
def may_hide_remark(actor: Actor, words: Remark | MilestoneDispute) -> Answer:
    """A moderator who wrote neither these words nor what they are about."""
    about = words.discussion.initiative if isinstance(words, Remark) else words.milestone.initiative
    if actor.is_authenticated and words.author_id == _user(actor).pk:
        return Denied(_("You wrote this; another moderator decides."), code="own_words")
    own = did_not_write(actor, about, _("You wrote this; another moderator decides."))
    return first_denial(own, is_moderator(actor))


@policy("initiatives.may_take_seat")
def may_take_seat(actor: Actor, commission: Commission) -> Answer:
    """The applicant, once."""
    if commission.seat != Seat.OFFERED:
        return Denied(_("The seat has been answered already."), code="seat_answered")
    return is_author(actor, commission.initiative)


@policy("initiatives.may_give_statement")
def may_give_statement(actor: Actor, initiative: Initiative) -> Answer:
    """An official of the body, once the decision is public and while the first head has not spoken (art. 90-6(3))."""
    decision = Decision.objects.filter(initiative=initiative, published_at__isnull=False).first()
    if decision is None:
        return Denied(_("The statement belongs to a published decision."), code="not_published")
    if decision.has_statement:
        return Denied(_("The statement is given already."), code="statement_given")
    return may_handle(actor, initiative)


@policy("initiatives.may_dispute")
def may_dispute(actor: Actor, milestone: Milestone) -> Answer:
    """Who wrote, follows or signed the petition, of a promise that was reported as kept."""
    if not milestone.is_done:
        return Denied(_("Only what was reported as done can be disputed."), code="not_done")
    signed_in = is_signed_in(actor)
    if not signed_in or is_author(actor, milestone.initiative):
        return signed_in
    mine = {"initiative_id": milestone.initiative_id}
    is_follower = Follow.objects.filter(user=_user(actor), **mine).exists()
    if is_follower or VoteAct.objects.filter(voter=_user(actor), **mine).exists():
        return ALLOWED
    return Denied(_("Follow the petition first, or sign in as somebody who voted for it."), code="not_concerned")
