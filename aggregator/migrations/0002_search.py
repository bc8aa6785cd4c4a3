"""The search index: FTS5 on SQLite, a table of tsvectors on PostgreSQL. See aggregator/index.py."""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE aggregator_search USING fts5("
    "title, text, content='', tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO aggregator_search(aggregator_search, rank) VALUES ('automerge', 0)",
    "INSERT INTO aggregator_search(aggregator_search, rank) VALUES ('crisismerge', 512)",
    "INSERT INTO aggregator_search(aggregator_search, rank) VALUES ('hashsize', 16777216)",
]
POSTGRESQL = [
    "CREATE TABLE aggregator_search (entry_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX aggregator_search_words ON aggregator_search USING gin (words) "
    "WITH (fastupdate = on, gin_pending_list_limit = 131072)",
]


def make(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE aggregator_search")


class Migration(migrations.Migration):
    dependencies = [("aggregator", "0001_first")]

    operations = [
        migrations.RunPython(make, drop),
    ]
