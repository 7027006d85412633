"""All tables of initiatives; votes are partitioned in the next step."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

import initiatives.models.initiative


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("signatures", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Initiative",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "code",
                    models.CharField(
                        default=initiatives.models.initiative.new_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "sdgs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("kk", "Kazakh"), ("ru", "Russian"), ("en", "English")], max_length=2),
                ),
                ("title", models.CharField(blank=True, max_length=150)),
                ("problem", models.TextField(blank=True)),
                ("proposal", models.TextField(blank=True)),
                ("text_sha256", models.CharField(blank=True, max_length=64)),
                ("threshold", models.PositiveIntegerField(blank=True, null=True)),
                ("threshold_basis", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("joining", "Gathering the first joiners"),
                            ("check", "Being checked"),
                            ("rejected", "Rejected"),
                            ("collecting", "Collecting votes"),
                            ("threshold_reached", "Threshold reached"),
                            ("sent", "Sent to the body"),
                            ("registered", "Under review by the body"),
                            ("decided", "Decided"),
                            ("published", "Decision published"),
                            ("execution", "Being carried out"),
                            ("done", "Done"),
                            ("below_threshold", "Below the threshold"),
                            ("lapsed", "Too few joiners"),
                            ("withdrawn", "Withdrawn by the author"),
                            ("moderation", "Awaiting moderation"),
                            ("discussion", "Under discussion"),
                            ("taken_up", "Taken up"),
                            ("answered", "Answered"),
                            ("merged", "Merged into another"),
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("state_deadline_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("closes_at", models.DateTimeField(blank=True, null=True)),
                ("threshold_reached_at", models.DateTimeField(blank=True, null=True)),
                ("registered_at", models.DateTimeField(blank=True, null=True)),
                ("registration_number", models.CharField(blank=True, max_length=40)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rejection_subject",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "Violation of human rights and freedoms"),
                            (
                                2,
                                "Constitutional order, public order, health, morals, honour, accord, amnesty, pardon",
                            ),
                            (3, "Independence, unity, territory and form of government of the Republic"),
                            (4, "Administrative-territorial structure and the state border"),
                            (5, "Operative-search activity, law enforcement, investigation, courts"),
                            (6, "Supervision by the prosecutor"),
                            (7, "Intelligence and guarded persons"),
                            (
                                8,
                                "Penal, criminal, civil and administrative procedure, offences, labour legislation",
                            ),
                            (9, "Defence, national security, extremism, drugs"),
                            (10, "Obligations under international treaties"),
                            (
                                11,
                                "Appointments and dismissals by the President, the Parliament and the Government",
                            ),
                            (12, "Elections, referendum, parties, the Parliament"),
                            (13, "State symbols"),
                            (14, "The status of the state language"),
                            (15, "Powers, creation and abolition of state bodies"),
                            (16, "Decisions taken under a state of emergency"),
                        ],
                        null=True,
                    ),
                ),
                ("rejection_reason", models.TextField(blank=True)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.CombinedSearchVector(
                                    django.contrib.postgres.search.SearchVector("title", config="russian", weight="A"),
                                    "||",
                                    django.contrib.postgres.search.SearchVector("title", config="simple", weight="A"),
                                    django.contrib.postgres.search.SearchConfig("russian"),
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector(
                                    "problem", "proposal", config="russian", weight="C"
                                ),
                                django.contrib.postgres.search.SearchConfig("russian"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "problem", "proposal", config="simple", weight="C"
                            ),
                            django.contrib.postgres.search.SearchConfig("russian"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="accounts.body",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="accounts.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "initiative",
                "verbose_name_plural": "initiatives",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="InitiativeKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "process",
                    models.CharField(choices=[("petition", "Petition"), ("idea", "Public idea")], max_length=10),
                ),
                (
                    "body_kind",
                    models.CharField(
                        blank=True,
                        help_text="Empty: any body may be addressed.",
                        max_length=20,
                        verbose_name="kind of body addressed",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("name_kk", models.CharField(max_length=120, null=True)),
                ("name_ru", models.CharField(max_length=120, null=True)),
                ("name_en", models.CharField(max_length=120, null=True)),
                ("summary", models.CharField(max_length=300)),
                ("summary_kk", models.CharField(max_length=300, null=True)),
                ("summary_ru", models.CharField(max_length=300, null=True)),
                ("summary_en", models.CharField(max_length=300, null=True)),
                (
                    "requires_eds",
                    models.BooleanField(default=True, verbose_name="votes need a digital signature"),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "kind of initiative",
                "verbose_name_plural": "kinds of initiatives",
                "ordering": ("position", "slug"),
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("name_kk", models.CharField(max_length=80, null=True)),
                ("name_ru", models.CharField(max_length=80, null=True)),
                ("name_en", models.CharField(max_length=80, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
                "ordering": ("position", "slug"),
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "stance",
                    models.CharField(
                        choices=[("for", "For"), ("against", "Against"), ("neutral", "Neutral")],
                        default="neutral",
                        max_length=8,
                    ),
                ),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_reason", models.CharField(blank=True, max_length=300)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hidden_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="initiatives.comment",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("file", models.FileField(upload_to="initiatives/%Y/%m/")),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=60)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ("uploaded_at",),
            },
        ),
        migrations.CreateModel(
            name="AgeTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "age_band",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (14, "14–17"),
                            (18, "18–24"),
                            (25, "25–34"),
                            (35, "35–44"),
                            (45, "45–54"),
                            (55, "55–64"),
                            (65, "65+"),
                        ],
                        null=True,
                    ),
                ),
                ("votes", models.IntegerField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ages",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "votes of an age band",
                "verbose_name_plural": "votes by age band",
            },
        ),
        migrations.AddField(
            model_name="initiative",
            name="kind",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="initiatives",
                to="initiatives.initiativekind",
            ),
        ),
        migrations.CreateModel(
            name="KindVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("effective_from", models.DateField()),
                (
                    "effective_until",
                    models.DateField(blank=True, help_text="First day on which it no longer applies.", null=True),
                ),
                ("source", models.CharField(max_length=250, verbose_name="source of law")),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="initiatives.initiativekind",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a kind",
                "verbose_name_plural": "versions of kinds",
                "ordering": ("kind", "number"),
            },
        ),
        migrations.AddField(
            model_name="initiative",
            name="kind_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="initiatives.kindversion"
            ),
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("title", models.CharField(max_length=200)),
                ("due_date", models.DateField()),
                ("done_date", models.DateField(blank=True, null=True)),
                ("evidence", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "milestone",
                "verbose_name_plural": "milestones",
                "ordering": ("due_date", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Norm",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("joiners", "Joiners needed before the check"),
                            ("joining_period", "Time to gather them"),
                            ("check_period", "Time for the check"),
                            ("collection_period", "Time to collect votes"),
                            ("threshold_votes", "Votes that oblige the body to decide"),
                            ("threshold_percent", "Share of residents that obliges the body to decide"),
                            ("threshold_boundary", "Population above which the fixed number applies"),
                            ("sending_period", "Time to send it to the body"),
                            ("registration_period", "Time to register it"),
                            ("answer_period", "Time to decide"),
                            ("publication_period", "Time to publish the decision"),
                            ("minimum_age", "Minimum age"),
                            ("moderation_period", "Time for moderation"),
                            ("discussion_period", "Time for discussion"),
                        ],
                        max_length=25,
                    ),
                ),
                ("number", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("working_days", "working days"),
                            ("calendar_days", "calendar days"),
                            ("months", "months"),
                            ("votes", "votes"),
                            ("percent", "percent of residents"),
                            ("people", "people"),
                            ("years", "years"),
                        ],
                        max_length=15,
                    ),
                ),
                ("start_event", models.CharField(max_length=120, verbose_name="counted from")),
                ("article", models.CharField(max_length=120)),
                (
                    "is_verified",
                    models.BooleanField(default=False, verbose_name="checked against the official text"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="norms",
                        to="initiatives.kindversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "norm",
                "verbose_name_plural": "norms",
            },
        ),
        migrations.CreateModel(
            name="PendingTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("delta", models.SmallIntegerField()),
                ("counted_at", models.DateTimeField()),
                ("age_band", models.PositiveSmallIntegerField(null=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "pending count",
                "verbose_name_plural": "pending counts",
            },
        ),
        migrations.CreateModel(
            name="TerritoryTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("votes", models.IntegerField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="territories",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "votes of a region",
                "verbose_name_plural": "votes by region",
            },
        ),
        migrations.AddField(
            model_name="initiative",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="initiatives",
                to="initiatives.topic",
            ),
        ),
        migrations.CreateModel(
            name="VoteAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("signer_tag", models.BinaryField(max_length=33)),
                ("sequence", models.PositiveSmallIntegerField()),
                ("previous", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("shown_name", models.CharField(blank=True, max_length=160)),
                (
                    "age_band",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (14, "14–17"),
                            (18, "18–24"),
                            (25, "25–34"),
                            (35, "35–44"),
                            (45, "45–54"),
                            (55, "55–64"),
                            (65, "65+"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("eds", "Digital signature"), ("session", "Signed-in person")], max_length=8
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vote_acts",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signatures.signature",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.territory",
                    ),
                ),
                (
                    "voter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="vote_acts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "vote",
                "verbose_name_plural": "votes",
            },
        ),
        migrations.CreateModel(
            name="CommentReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("reason", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="initiatives.comment",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "report of a comment",
                "verbose_name_plural": "reports of comments",
                "constraints": [
                    models.UniqueConstraint(fields=("comment", "reporter"), name="initiatives_report_once_per_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "initiative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tally",
                        serialize=False,
                        to="initiatives.initiative",
                    ),
                ),
                ("votes", models.IntegerField(default=0)),
                ("progress", models.FloatField(default=0.0)),
                ("trend", models.FloatField(blank=True, null=True)),
                ("rising", models.FloatField(default=0.0)),
                ("last_vote_at", models.DateTimeField(blank=True, null=True)),
                ("comments", models.PositiveIntegerField(default=0)),
                ("followers", models.PositiveIntegerField(default=0)),
                ("recounted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "tally",
                "verbose_name_plural": "tallies",
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("votes"), descending=True),
                        models.F("initiative"),
                        name="initiatives_by_votes",
                    ),
                    models.Index(
                        models.OrderBy(models.F("progress"), descending=True),
                        models.F("initiative"),
                        name="initiatives_by_progress",
                    ),
                    models.Index(
                        models.OrderBy(models.F("trend"), descending=True, nulls_last=True),
                        models.F("initiative"),
                        name="initiatives_by_trend",
                    ),
                    models.Index(
                        models.OrderBy(models.F("rising"), descending=True),
                        models.F("initiative"),
                        name="initiatives_by_rising",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("votes__gte", 0)), name="initiatives_votes_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="HourTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("hour", models.DateTimeField()),
                ("votes", models.IntegerField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "votes of an hour",
                "verbose_name_plural": "votes by hour",
                "ordering": ("initiative", "hour"),
                "indexes": [models.Index(fields=["hour"], name="initiatives_by_hour")],
                "constraints": [models.UniqueConstraint(fields=("initiative", "hour"), name="initiatives_hour_once")],
            },
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("since", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "follower",
                "verbose_name_plural": "followers",
                "constraints": [models.UniqueConstraint(fields=("initiative", "user"), name="initiatives_follow_once")],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("full", "Satisfied in full"),
                            ("partial", "Satisfied in part"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("kk", "Kazakh"), ("ru", "Russian"), ("en", "English")], max_length=2),
                ),
                ("text", models.TextField()),
                ("appeal_route", models.TextField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("drafted_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("text_sha256", models.CharField(blank=True, max_length=64)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("statement", models.TextField(blank=True, verbose_name="statement of the first head")),
                ("statement_at", models.DateTimeField(blank=True, null=True)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signatures.signature",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "initiative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("signature__isnull", True),
                                ("signed_at__isnull", True),
                                ("signed_by__isnull", True),
                            ),
                            models.Q(
                                ("signature__isnull", False),
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="initiatives_decision_signed_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at__isnull", True), ("signed_at__isnull", False), _connector="OR"
                        ),
                        name="initiatives_only_signed_is_published",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["initiative", "-created_at"], name="initiatives_comments_newest"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hidden_at__isnull", True),
                    models.Q(("hidden_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="initiatives_hidden_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("initiative", "sha256"), name="initiatives_attachment_once"),
        ),
        migrations.AddConstraint(
            model_name="agetally",
            constraint=models.UniqueConstraint(
                fields=("initiative", "age_band"), name="initiatives_age_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="kindversion",
            constraint=models.UniqueConstraint(fields=("kind", "number"), name="initiatives_version_number_once"),
        ),
        migrations.AddConstraint(
            model_name="kindversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_until__isnull", True),
                    ("effective_until__gt", models.F("effective_from")),
                    _connector="OR",
                ),
                name="initiatives_version_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="kindversion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            "effective_from",
                            "effective_until",
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                    ("kind", "="),
                ],
                name="initiatives_one_version_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_date__isnull", True), models.Q(("evidence", ""), _negated=True), _connector="OR"
                ),
                name="initiatives_done_needs_evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="norm",
            constraint=models.UniqueConstraint(fields=("version", "code"), name="initiatives_norm_once_per_version"),
        ),
        migrations.AddConstraint(
            model_name="norm",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="initiatives_norm_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingtally",
            constraint=models.CheckConstraint(
                condition=models.Q(("delta__in", (1, -1))), name="initiatives_delta_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="territorytally",
            constraint=models.UniqueConstraint(
                fields=("initiative", "territory"), name="initiatives_territory_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="initiatives_search"),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("title"), name="gin_trgm_ops"
                ),
                name="initiatives_title_trigrams",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(fields=["state", "-published_at"], name="initiatives_state_published"),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(fields=["body", "state"], name="initiatives_body_state"),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("state_deadline_at__isnull", False)),
                fields=["state_deadline_at"],
                name="initiatives_due",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(fields=["-answered_at"], name="initiatives_answered"),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "joining",
                            "check",
                            "rejected",
                            "collecting",
                            "threshold_reached",
                            "sent",
                            "registered",
                            "decided",
                            "published",
                            "execution",
                            "done",
                            "below_threshold",
                            "lapsed",
                            "withdrawn",
                            "moderation",
                            "discussion",
                            "taken_up",
                            "answered",
                            "merged",
                            "archived",
                        ],
                    )
                ),
                name="initiatives_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("text_sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"),
                name="initiatives_text_frozen_after_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "merged"), _negated=True),
                    ("merged_into__isnull", False),
                    _connector="OR",
                ),
                name="initiatives_merged_says_into_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "rejected"), _negated=True),
                    models.Q(("rejection_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="initiatives_rejected_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="voteact",
            constraint=models.UniqueConstraint(
                fields=("initiative", "signer_tag", "sequence"), name="initiatives_one_person_one_vote"
            ),
        ),
        migrations.AddConstraint(
            model_name="voteact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("previous__isnull", True), ("sequence", 1)),
                    models.Q(
                        (
                            "previous",
                            django.db.models.expressions.CombinedExpression(models.F("sequence"), "-", models.Value(1)),
                        ),
                        ("sequence__gt", 1),
                    ),
                    _connector="OR",
                ),
                name="initiatives_acts_follow_one_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="voteact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signature__isnull", False), ("source", "eds")),
                    models.Q(("signature__isnull", True), ("source", "session")),
                    _connector="OR",
                ),
                name="initiatives_eds_vote_has_signature",
            ),
        ),
    ]
