"""People, territories, bodies, roles."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Territory",
            fields=[
                ("kato", models.CharField(max_length=9, primary_key=True, serialize=False)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("country", "Country"),
                            ("region", "Oblast or city of republican significance"),
                            ("district", "District or city of oblast significance"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("iso", models.CharField(blank=True, max_length=6, verbose_name="ISO 3166-2 code")),
                ("name", models.CharField(max_length=120)),
                ("name_kk", models.CharField(max_length=120, null=True)),
                ("name_ru", models.CharField(max_length=120, null=True)),
                ("name_en", models.CharField(max_length=120, null=True)),
                ("population", models.PositiveIntegerField(blank=True, null=True)),
                ("population_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("population_source", models.CharField(blank=True, max_length=200)),
                ("is_verified", models.BooleanField(default=False)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "territory",
                "verbose_name_plural": "territories",
                "ordering": ("kato",),
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("government", "Government"),
                            ("central", "Central state body"),
                            ("oblast_akimat", "Akimat of an oblast or a city of republican significance"),
                            (
                                "oblast_maslikhat",
                                "Maslikhat of an oblast or a city of republican significance",
                            ),
                            ("district_akimat", "Akimat of a district or a city"),
                            ("district_maslikhat", "Maslikhat of a district or a city"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=250)),
                ("name_kk", models.CharField(max_length=250, null=True)),
                ("name_ru", models.CharField(max_length=250, null=True)),
                ("name_en", models.CharField(max_length=250, null=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bodies",
                        to="accounts.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "state body",
                "verbose_name_plural": "state bodies",
                "ordering": ("territory_id", "kind", "slug"),
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "identity_tag",
                    models.CharField(blank=True, editable=False, max_length=80, null=True, unique=True),
                ),
                ("given_name", models.CharField(max_length=150, verbose_name="given name")),
                ("family_name", models.CharField(blank=True, max_length=150, verbose_name="surname")),
                ("patronymic", models.CharField(blank=True, max_length=150, verbose_name="patronymic")),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                (
                    "sex",
                    models.CharField(blank=True, choices=[("female", "Female"), ("male", "Male")], max_length=6),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("is_email_confirmed", models.BooleanField(default=False)),
                (
                    "language",
                    models.CharField(
                        choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")],
                        default="kk",
                        max_length=2,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "territory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.territory",
                        verbose_name="place of residence",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("moderator", "Moderator"),
                            ("clerk", "Official"),
                            ("head", "Head of the body"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=15,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="accounts.body",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body__isnull", False), ("role__in", ("clerk", "head"))),
                            models.Q(("body__isnull", True), ("role__in", ("moderator", "administrator"))),
                            _connector="OR",
                        ),
                        name="accounts_officials_have_a_body",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                        name="accounts_assignment_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("user", "role", "body"),
                        name="accounts_role_held_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="territory",
            constraint=models.CheckConstraint(
                condition=models.Q(("population__isnull", True), ("population_year__isnull", False), _connector="OR"),
                name="accounts_population_has_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("is_email_confirmed", True), models.Q(("email", ""), _negated=True)),
                name="accounts_confirmed_email_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at__isnull", True),
                    models.Q(("email", ""), ("identity_tag__isnull", True)),
                    _connector="OR",
                ),
                name="accounts_erased_leaves_nothing",
            ),
        ),
    ]
