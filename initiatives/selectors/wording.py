"""The words of a text as search and likeness compare them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from initiatives.limits import TITLE_MAX
from initiatives.models import Initiative
from portal.translation.folding import LANGUAGES, SUBJECT_MARK, fold, stems, with_subjects

STEM_MAX = 60


@dataclass(frozen=True, slots=True)
class Words:
    """Stems and subjects, each with a word of the text that has it; `text` holds the title's too."""

    heading: str = ""
    title: dict[str, str] = field(default_factory=dict)
    text: dict[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> frozenset[str]:
        """The stems without subjects and numbers: what stays the same when a robot numbers its copies."""
        return telling(self.text)


def telling(found: Iterable[str]) -> frozenset[str]:
    """Return the stems that are words."""
    return frozenset(one for one in found if not one.startswith(SUBJECT_MARK) and not one.isdigit())


def words_of(title: str, body: str, language: str) -> Words:
    """Return the words of a title and what stands below it, in one language."""
    known = language if language in LANGUAGES else "ru"
    of_title = with_subjects(stems(title, known), known)
    text = with_subjects(stems(body, known), known) | of_title
    return Words(fold(title)[: 2 * TITLE_MAX], of_title, {stem: word for stem, word in text.items() if _fits(stem)})


def words_of_initiative(initiative: Initiative) -> Words:
    """Return the words of an initiative; where its text stands in a second language, of both."""
    own = words_of(initiative.title, f"{initiative.problem}\n{initiative.proposal}", initiative.language)
    title = getattr(initiative, "parallel_title", "")
    if not title:
        return own
    body = f"{getattr(initiative, 'parallel_problem', '')}\n{getattr(initiative, 'parallel_proposal', '')}"
    other = words_of(title, body, "ru" if initiative.language == "kk" else "kk")
    return Words(own.heading, other.title | own.title, other.text | own.text)


def _fits(stem: str) -> bool:
    return len(stem) <= STEM_MAX
