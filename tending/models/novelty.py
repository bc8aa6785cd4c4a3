"""What is remembered of entries to compare them with later ones, and what was found by comparing."""

from django.db import models

from aggregator.models import Entry, Feed


class EntryPrint(models.Model):
    """The words of an entry as numbers (novelty/prints.py): the same for everybody who reads it."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="+")
    words = models.BinaryField()  # of 32 bits each
    ends = models.BinaryField()
    marks = models.BinaryField()

    def __str__(self) -> str:
        return f"print of {self.entry_id}"


class Novelty(models.Model):
    """How much of an entry stood in its author's earlier ones."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="+")
    verdict = models.CharField(max_length=8)  # judging.Verdict
    like = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="+")  # the earlier entry that shows why
    shared = models.FloatField(default=0)  # Likeness, from 0 to 1
    passages = models.FloatField(default=0)
    whole = models.FloatField(default=0)
    terms = models.JSONField(default=list)  # list[str]: words they never used before
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.verdict}"


class Rareness(models.Model):
    """In how many entries of a language each bucket of words stands (novelty/rarity.py)."""

    language = models.CharField(max_length=16, primary_key=True)
    entries = models.PositiveIntegerField(default=0)
    counts = models.BinaryField()

    def __str__(self) -> str:
        return self.language or "?"


class Compared(models.Model):
    """Up to which entry a feed's entries have been compared; without a row, none."""

    feed = models.OneToOneField(Feed, models.CASCADE, primary_key=True, related_name="+")
    upto = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.feed_id} up to {self.upto}"
