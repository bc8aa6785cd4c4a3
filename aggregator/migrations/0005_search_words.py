"""The search index anew: words folded by ourselves, alike on both databases, and the feed beside them."""

from django.db import migrations

from aggregator import index

AT_ONCE = 500
SQLITE = [
    "DROP TABLE aggregator_search",
    "CREATE VIRTUAL TABLE aggregator_search USING fts5(title, text, feed, content='', tokenize='ascii')",
    "INSERT INTO aggregator_search(aggregator_search, rank) VALUES ('automerge', 0)",
    "INSERT INTO aggregator_search(aggregator_search, rank) VALUES ('crisismerge', 512)",
    "INSERT INTO aggregator_search(aggregator_search, rank) VALUES ('hashsize', 16777216)",
]
POSTGRESQL = ["TRUNCATE aggregator_search"]


def make(apps, schema_editor):
    connection = schema_editor.connection
    for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)
    ids = list(apps.get_model("aggregator", "Entry").objects.order_by("id").values_list("id", flat=True))
    with connection.cursor() as cursor:
        for start in range(0, len(ids), AT_ONCE):
            index.add(cursor, index.stored(cursor, ids[start : start + AT_ONCE]))


class Migration(migrations.Migration):
    dependencies = [("aggregator", "0004_beyond")]

    operations = [
        migrations.RunPython(make, migrations.RunPython.noop),
    ]
