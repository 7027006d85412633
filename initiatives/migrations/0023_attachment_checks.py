"""Attachments are shown once they are found clean; of a harmful one only the line stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0022_coauthors"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attachment",
            name="finding",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="attachment",
            name="safety",
            field=models.CharField(
                choices=[("pending", "Being checked"), ("clean", "Checked"), ("refused", "Removed: harmful content")],
                default="pending",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="uploaded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="file",
            field=models.FileField(blank=True, upload_to="initiatives/%Y/%m/"),
        ),
        # No scanner had looked at those before, and they were shown: they stay so.
        migrations.RunSQL(
            "UPDATE initiatives_attachment SET safety = 'clean'; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("safety", "pending")), fields=["uploaded_at"], name="initiatives_unchecked_files"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("safety", "refused"), _negated=True),
                    models.Q(("file", ""), models.Q(("finding", ""), _negated=True)),
                    _connector="OR",
                ),
                name="initiatives_refused_file_is_gone",
            ),
        ),
    ]
