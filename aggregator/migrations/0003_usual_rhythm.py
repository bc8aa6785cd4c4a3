"""What is usual for a feed, and when it moved: so that its health can be said without asking for more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aggregator", "0002_search")]

    operations = [
        migrations.AddField("feed", "moved_at", models.DateTimeField(null=True)),
        migrations.AddField("feed", "usual_per_day", models.FloatField(default=0)),
    ]
