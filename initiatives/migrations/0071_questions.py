"""Questions to the author: which of them wait is asked by an index; a reply is never one."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0064_filters_counted")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["initiative", "created_at"], name="initiatives_questions", condition=Q(is_question=True)
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=Q(is_question=False) | Q(parent__isnull=True), name="initiatives_reply_is_no_question"
            ),
        ),
    ]
