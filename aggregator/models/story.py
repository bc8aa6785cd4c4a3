"""What is remembered of entries for some months, so that a story that comes again is known."""

from django.db import models


class Print(models.Model):
    """A number of an entry (likeness/prints.py). No foreign keys: a row whose entry is gone is passed over."""

    key = models.BigIntegerField(db_index=True)
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key} of {self.entry}"
