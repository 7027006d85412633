"""The open data: which files there are, what their columns mean. One list for the files, their description and the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from initiatives.selectors import dataset_rows as rows

if TYPE_CHECKING:
    from portal.errors import Sentence

Type = Literal["string", "integer", "number", "boolean", "date", "datetime"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type in the words of Table Schema, what it says."""

    name: str
    type: Type
    text: "Sentence"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One file."""

    name: str
    title: "Sentence"
    columns: tuple[Column, ...]
    rows: Callable[[datetime], rows.Rows]
    key: tuple[str, ...]
    form: Literal["csv", "jsonl"] = "csv"

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return f"{self.name}.{self.form}"


CODE = Column("initiative", "string", _("Code of the petition or idea, as in its address"))
URL = Column("url", "string", _("Address of its page"))
KIND = Column("kind", "string", _("Kind, as in kinds.csv"))
BODY = Column("body", "string", _("Body addressed, as in bodies.csv"))
LANGUAGE = Column("language", "string", _("Language of the text: kk or ru"))
TITLE = Column("title", "string", _("Title, in the language of the text"))
VOTES = Column("votes", "integer", _("Votes in force"))
NAMES = (
    Column("name_kk", "string", _("Name in Kazakh")),
    Column("name_ru", "string", _("Name in Russian")),
    Column("name_en", "string", _("Name in English")),
)

INITIATIVES = (
    Column(
        "number", "integer", _("Number in the portal; of two that stand equal in a list the higher number comes first")
    ),
    CODE,
    URL,
    Column("process", "string", _("petition or idea")),
    KIND,
    Column("state", "string", _("State, as in the API")),
    LANGUAGE,
    TITLE,
    BODY,
    Column("territory", "string", _("Territory it concerns, as in territories.csv")),
    Column("region", "string", _("Region in which the territory lies")),
    Column("residents", "integer", _("Residents of the territory; 100000 where the number is not known")),
    Column("topic", "string", _("Topic, as in topics.csv")),
    Column("sdgs", "string", _("Sustainable Development Goals, separated by spaces")),
    Column("opened_at", "datetime", _("When it was opened to joiners or handed over to moderation")),
    Column("published_at", "datetime", _("When it was published")),
    Column("closes_at", "datetime", _("When voting ends or ended")),
    Column("threshold_reached_at", "datetime", _("When the votes reached the threshold")),
    Column("registered_at", "datetime", _("When the body registered it")),
    Column("answered_at", "datetime", _("When the answer was published")),
    Column("is_open", "boolean", _("Whether it takes votes")),
    Column("threshold", "integer", _("Votes that oblige the body to decide")),
    VOTES,
    Column("votes_on_paper", "integer", _("Of them, those given on paper lists")),
    Column("progress", "number", _("Votes divided by the threshold")),
    Column("trending", "number", _("Votes in force, each halved for every 24 hours of its age")),
    Column(
        "rising", "number", _("By how many times the last hours exceed what is usual, less one; 0 where they do not")
    ),
    Column("text_sha256", "string", _("SHA-256 of the frozen text that people sign")),
)

DATASETS = (
    Dataset("initiatives", _("Petitions and ideas"), INITIATIVES, rows.initiatives, ("initiative",)),
    Dataset(
        "initiatives",
        _("Petitions and ideas with their texts, one JSON object a line"),
        (
            *INITIATIVES,
            Column("problem", "string", _("The problem, in the language of the text")),
            Column("proposal", "string", _("What is proposed, in the language of the text")),
        ),
        rows.texts,
        ("initiative",),
        "jsonl",
    ),
    Dataset(
        "votes-hourly",
        _("Votes by the hour"),
        (
            CODE,
            Column("hour", "datetime", _("Beginning of the hour, in UTC")),
            Column("source", "string", _("How the votes were given: eds, session, paper")),
            Column("votes", "integer", _("Votes given in this hour")),
            Column("withdrawals", "integer", _("Votes withdrawn in this hour")),
            Column("in_force", "integer", _("Of the votes given in this hour, those not withdrawn since")),
        ),
        rows.votes_by_hour,
        ("initiative", "hour", "source"),
    ),
    Dataset(
        "votes-by-region",
        _("Votes by the voters' region"),
        (CODE, Column("region", "string", _("Region of residence; empty where it was not given")), VOTES),
        rows.votes_by_region,
        ("initiative", "region"),
    ),
    Dataset(
        "votes-by-age",
        _("Votes by the voters' age"),
        (
            CODE,
            Column("age_from", "integer", _("Youngest age of the band; empty where the age was not given")),
            Column("votes", "integer", _("Votes in force; empty where the number is hidden")),
            Column("is_hidden", "boolean", _("Hidden, because so few people could be recognised")),
        ),
        rows.votes_by_age,
        ("initiative", "age_from"),
    ),
    Dataset(
        "rejected",
        _("Rejected petitions and ideas with the reasons"),
        (
            CODE,
            URL,
            KIND,
            BODY,
            LANGUAGE,
            TITLE,
            Column("rejected_at", "datetime", _("When it was rejected")),
            Column("subject", "integer", _("Number in the closed list of excluded subjects (APPC, art. 90-2(3))")),
            Column("subject_kk", "string", _("The excluded subject in Kazakh")),
            Column("subject_ru", "string", _("The excluded subject in Russian")),
            Column("subject_en", "string", _("The excluded subject in English")),
            Column("reason", "string", _("The reason given, in the language of the text")),
        ),
        rows.rejected,
        ("initiative",),
    ),
    Dataset(
        "decisions",
        _("Published decisions"),
        (
            CODE,
            BODY,
            Column("outcome", "string", _("full, partial or refused")),
            Column("language", "string", _("Language of the decision")),
            Column("registered_at", "datetime", _("When the body registered the petition")),
            Column("due", "date", _("Last day of the term to decide")),
            Column("signed_at", "datetime", _("When the head signed the decision")),
            Column("published_at", "datetime", _("When it was published")),
            Column("in_time", "boolean", _("Whether it was signed within the term")),
            Column("statement_at", "datetime", _("When the first head made a statement")),
            Column("text_sha256", "string", _("SHA-256 of the decision's text")),
            Column("text", "string", _("Text of the decision")),
        ),
        rows.decisions,
        ("initiative",),
    ),
    Dataset(
        "milestones",
        _("What bodies promised, and what they showed for it"),
        (
            CODE,
            Column("title", "string", _("What was promised")),
            Column("due", "date", _("By when")),
            Column("done", "date", _("When it was done; empty while it is not")),
            Column("evidence", "string", _("What the body showed")),
        ),
        rows.milestones,
        (),
    ),
    Dataset(
        "usual-pace",
        _("Usual pace of votes, by which rising ones are found"),
        (
            KIND,
            Column("region", "string", _("Region, or the country for what concerns all of it")),
            Column("hour", "datetime", _("The two weeks before this hour were counted")),
            VOTES,
            Column("exposure", "number", _("Hours open times residents / 100,000, summed over open petitions and ideas")),
        ),
        rows.usual_paces,
        ("kind", "region"),
    ),
    Dataset(
        "territories",
        _("Territories"),
        (
            Column("kato", "string", _("Code of the classifier of territories (KATO)")),
            Column("parent", "string", _("Code of the territory it lies in")),
            Column("level", "string", _("country, region or district")),
            *NAMES,
            Column("population", "integer", _("Residents")),
            Column("population_year", "integer", _("Year of that number")),
        ),
        rows.territories,
        ("kato",),
    ),
    Dataset(
        "bodies",
        _("State bodies"),
        (
            Column("body", "string", _("Short name, as in addresses")),
            Column("kind", "string", _("Kind of body")),
            Column("territory", "string", _("Its territory, as in territories.csv")),
            *NAMES,
        ),
        rows.bodies,
        ("body",),
    ),
    Dataset(
        "kinds",
        _("Kinds of petitions and ideas"),
        (
            Column("kind", "string", _("Short name, as in the API")),
            Column("process", "string", _("petition or idea")),
            *NAMES,
        ),
        rows.kinds,
        ("kind",),
    ),
    Dataset(
        "topics",
        _("Topics"),
        (Column("topic", "string", _("Short name, as in addresses")), *NAMES),
        rows.topics,
        ("topic",),
    ),
)  # fmt: skip
"""All files; a column is never renamed, and new ones come last in a new edition of this list."""
