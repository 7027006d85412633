"""What of initiatives an administrator can turn off, and what people then see."""

from django.utils.translation import gettext_lazy as _

from portal.switches import Switch, register

VOTES = register(
    Switch(
        "initiatives.votes",
        _("Taking votes"),
        _("No vote is given or withdrawn, on pages or by programs. Counts stay; terms run on."),
    )
)
DRAFTS = register(
    Switch(
        "initiatives.drafts",
        _("New drafts"),
        _("Nobody begins a new petition or idea. Drafts that exist can be written on."),
    )
)
OPENING = register(
    Switch(
        "initiatives.opening",
        _("Handing drafts over"),
        _("Drafts can be written but not opened to joiners or handed to moderation."),
    )
)
COMMENTS = register(
    Switch(
        "initiatives.comments",
        _("New comments"),
        _("Discussions can be read; nobody adds to them."),
    )
)
ATTACHMENTS = register(
    Switch(
        "initiatives.attachments",
        _("Uploading attachments"),
        _("Files that are attached can be read; no new one is taken."),
    )
)
RANKING = register(
    Switch(
        "initiatives.ranking",
        _("Recomputing what is rising"),
        _("The order of what is rising stays as it was last computed. Petitions still go on by their counts."),
    )
)
RISING = register(
    Switch(
        "initiatives.rising",
        _("The order of what is rising"),
        _("Lists are not offered in this order; who asks for it gets the trending ones."),
    )
)
FACETS = register(
    Switch(
        "initiatives.facets",
        _("Numbers beside the filters"),
        _("The filters of the list work without saying how many each would give."),
    )
)
SEARCH = register(
    Switch(
        "initiatives.search",
        _("Search by words"),
        _("The list can be filtered and leafed through, not searched by words."),
    )
)
STATISTICS = register(
    Switch(
        "initiatives.statistics",
        _("Statistics"),
        _("The page of statistics and its tables are away."),
    )
)
MAP = register(
    Switch(
        "initiatives.map",
        _("Maps of votes"),
        _("Pages of initiatives and the statistics show no map of regions."),
    )
)
API_READS = register(
    Switch(
        "initiatives.api_reads",
        _("Reading by programs"),
        _("The API answers every read with 503. Pages work."),
    )
)
API_VOTES = register(
    Switch(
        "initiatives.api_votes",
        _("Voting by programs"),
        _("The API issues no statement and takes no vote. Votes on pages are taken."),
    )
)
SIMILAR = register(
    Switch(
        "initiatives.similar",
        _("Similar texts while one writes"),
        _("Writers are not shown who asks for the same already. Moderators still see it."),
    )
)
FEEDS = register(
    Switch(
        "initiatives.feeds",
        _("Feeds and calendars"),
        _("The Atom feeds and the calendars answer with 503."),
    )
)
OPEN_DATA = register(
    Switch(
        "initiatives.open_data",
        _("Writing the open data anew"),
        _("No new edition is written. The editions that exist can be downloaded."),
    )
)
VOTE_LOG = register(
    Switch(
        "initiatives.vote_log",
        _("The vote log for programs"),
        _("Leaves, proofs, heads and receipts answer with 503. Votes are still written into the log."),
    )
)
VERIFY = register(
    Switch(
        "initiatives.verify",
        _("Verifying counts"),
        _("The page that shows how a count comes about is away."),
    )
)
PICTURES = register(
    Switch(
        "initiatives.pictures",
        _("Posters and cards"),
        _("No poster and no picture for networks is drawn. The other ways to share work."),
    )
)
EMBED = register(
    Switch(
        "initiatives.embed",
        _("Counts on other sites"),
        _("Frames and scripts on other sites say that the count is away."),
    )
)
COAUTHORS = register(
    Switch(
        "initiatives.coauthors",
        _("Inviting co-authors"),
        _("No new invitation is made. Those who write together go on."),
    )
)
REMARKS = register(
    Switch(
        "initiatives.remarks",
        _("Remarks and disputes"),
        _("Drafts of decisions and promises can be read; nobody adds remarks or says that it is not so."),
    )
)
BOARDS = register(
    Switch(
        "initiatives.boards",
        _("Boards of state bodies"),
        _("The pages of bodies and their tables are away."),
    )
)
PAPER = register(
    Switch(
        "initiatives.paper",
        _("Bringing paper lists"),
        _("No new list is taken. Lists that were brought are confirmed and entered."),
    )
)
KEEP_WAITING = register(
    Switch(
        "initiatives.keep_waiting",
        _("Keeping votes while the certification authority is silent"),
        _(
            "Votes whose certificate nobody can check are refused and may be sent again. Those that wait are still counted."
        ),
    )
)
