"""The fixed vocabularies of accounts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    """As encoded in the seventh digit of the IIN."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class TerritoryLevel(TextChoices):
    """Levels of the classifier of administrative-territorial objects that the portal uses."""

    COUNTRY = "country", _("Country")
    REGION = "region", _("Oblast or city of republican significance")
    DISTRICT = "district", _("District or city of oblast significance")


class BodyKind(TextChoices):
    """Kinds of bodies a petition can be addressed to (art. 90-3(4) sets the threshold by them)."""

    GOVERNMENT = "government", _("Government")
    CENTRAL = "central", _("Central state body")
    OBLAST_AKIMAT = "oblast_akimat", _("Akimat of an oblast or a city of republican significance")
    OBLAST_MASLIKHAT = "oblast_maslikhat", _("Maslikhat of an oblast or a city of republican significance")
    DISTRICT_AKIMAT = "district_akimat", _("Akimat of a district or a city")
    DISTRICT_MASLIKHAT = "district_maslikhat", _("Maslikhat of a district or a city")


class Role(TextChoices):
    """What a person does for the portal or for a body."""

    MODERATOR = "moderator", _("Moderator")
    CLERK = "clerk", _("Official")
    HEAD = "head", _("Head of the body")
    ADMINISTRATOR = "administrator", _("Administrator")


class Language(TextChoices):
    """Languages of the portal; the names are written in the languages themselves."""

    KAZAKH = "kk", "Қазақша"
    RUSSIAN = "ru", "Русский"
    ENGLISH = "en", "English"
