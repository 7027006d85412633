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
