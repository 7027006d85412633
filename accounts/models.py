"""Tables of people, territories, bodies and roles. Private to accounts: enter by services and selectors."""

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AssignmentQuerySet, BodyQuerySet, TerritoryQuerySet
from accounts.states import BodyKind, Language, Role, Sex, TerritoryLevel


class Territory(models.Model):
    """A unit of the classifier of administrative-territorial objects (KATO)."""

    kato = models.CharField(max_length=9, primary_key=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(max_length=10, choices=TerritoryLevel.choices)
    kind = models.CharField(max_length=20)
    iso = models.CharField(_("ISO 3166-2 code"), max_length=6, blank=True)
    name = models.CharField(max_length=120)
    population = models.PositiveIntegerField(null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(null=True, blank=True)
    population_source = models.CharField(max_length=200, blank=True)
    is_verified = models.BooleanField(default=False)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ("kato",)
        constraints = (
            models.CheckConstraint(
                condition=Q(population__isnull=True) | Q(population_year__isnull=False),
                name="accounts_population_has_a_year",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """A state body that petitions are addressed to and that answers them."""

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=BodyKind.choices)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="bodies")
    name = models.CharField(max_length=250)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_verified = models.BooleanField(_("name checked against the body's own site"), default=False)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("state body")
        verbose_name_plural = _("state bodies")
        ordering = ("territory_id", "kind", "slug")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates accounts; people are normally enrolled by `services.identity`."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user whose confirmed e-mail address it is, whatever its case: staff sign in with it.

        Unconfirmed addresses sign nobody in; anyone can type any of them into their profile.
        """
        return self.get(email__iexact=username, is_email_confirmed=True)


class User(AbstractBaseUser):
    """One natural person.

    The IIN itself is not stored: `identity_tag` is its keyed HMAC, so the same person is found again by any of their
    certificates and nobody can read the number out of the table. Names, birth date and sex come from the certificate.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identity_tag = models.CharField(max_length=80, unique=True, null=True, blank=True, editable=False)
    given_name = models.CharField(_("given name"), max_length=150)
    family_name = models.CharField(_("surname"), max_length=150, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=150, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(max_length=6, choices=Sex.choices, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_email_confirmed = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KAZAKH)
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("place of residence"),
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            # Staff sign in with their address, so a confirmed one belongs to one person only.
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_confirmed_email_once",
                condition=Q(is_email_confirmed=True) & ~Q(email=""),
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(identity_tag__isnull=True, email=""),
                name="accounts_erased_leaves_nothing",
            ),
        )

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        """Given name and the surname's initial: what others see (practice of the national portal)."""
        if self.erased_at:
            return gettext("Deleted account")
        initial = f" {self.family_name[0]}." if self.family_name else ""
        return f"{self.given_name}{initial}"

    @property
    def full_name(self) -> str:
        """Surname, given name, patronymic, as officials see an applicant."""
        if self.erased_at:
            return self.public_name
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens: administrators only."""
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def is_superuser(self) -> bool:
        """Administrators hold every Django model permission; the policies still decide on acts."""
        return self.is_staff

    def current_assignments(self) -> "list[Assignment]":
        """Return the roles in force, read once per request and kept on the instance."""
        cached: list[Assignment] | None = self.__dict__.get("_current_assignments")
        if cached is None:
            from portal.clock import now

            cached = list(self.assignments.at(now()).select_related("body")) if self.is_active else []
            self.__dict__["_current_assignments"] = cached
        return cached

    def forget_assignments(self) -> None:
        """Read the roles anew when next asked: one was given or has ended."""
        self.__dict__.pop("_current_assignments", None)

    def has_role(self, *roles: str, body_id: int | None = None) -> bool:
        """Return whether one of the roles is in force, at that body when one is named."""
        return any(
            assignment.role in roles and (body_id is None or assignment.body_id == body_id)
            for assignment in self.current_assignments()
        )

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Return whether a policy or, for administrators, the Django admin allows it."""
        from portal.permissions import lookup

        found = lookup(perm)
        if found is not None:
            return bool(found(self, obj))
        return self.is_active and self.is_superuser

    def has_perms(self, perm_list: Iterable[str], obj: object | None = None) -> bool:
        """Return whether all of them are allowed."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Return whether the Django admin shows that app."""
        return self.is_active and self.is_superuser


class Assignment(models.Model):
    """A role given to a person, for a time, at a body or for the whole portal."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=15, choices=Role.choices)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=(Role.CLERK, Role.HEAD), body__isnull=False)
                | Q(role__in=(Role.MODERATOR, Role.ADMINISTRATOR), body__isnull=True),
                name="accounts_officials_have_a_body",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="accounts_assignment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=("user", "role", "body"),
                name="accounts_role_held_once",
                condition=Q(until__isnull=True),
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class SessionRecord(models.Model):
    """Where a person is signed in, so that they can see it and end it.

    It hangs on Django's own row of the session and goes with it. What would place a person exactly is cut off: the address
    is kept as its network, the program as "Firefox, Android".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.OneToOneField("sessions.Session", on_delete=models.CASCADE, related_name="+", editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="session_records")
    device = models.CharField(max_length=80, blank=True)
    network = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return f"{self.device} ({self.network})"
